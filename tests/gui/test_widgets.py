from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QKeySequence, QPaintEvent, QShortcut, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMainWindow,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.theme import Theme
from gui.widgets.buttons import IconButton, LinkButton
from gui.widgets.dock import CardDock
from gui.widgets.fields import ChoiceRow, NumberRow
from gui.widgets.press_button import PressButton
from gui.widgets.readout import Readout
from gui.widgets.sliders import LogSlider, NumberSlider
from gui.widgets.text import TextLabel


def shown(qtbot, widget: QWidget, width: int = 240) -> QWidget:
    qtbot.addWidget(widget)
    widget.resize(width, widget.sizeHint().height())
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def type_number(field: QLineEdit, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, end)


@pytest.fixture
def noise(qtbot, theme: Theme) -> NumberSlider:
    slider = NumberSlider("noise", theme, minimum=0.0, maximum=0.5, step=0.01, name="noise")
    slider.set_value(0.1)
    shown(qtbot, slider)
    return slider


@pytest.fixture
def rate(qtbot, theme: Theme) -> LogSlider:
    slider = LogSlider("learning rate", theme, minimum=1e-3, maximum=1.0, name="learningRate")
    slider.set_value(0.15)
    shown(qtbot, slider)
    return slider


def field_of(widget: QWidget) -> QLineEdit:
    return widget.findChild(QLineEdit)


def groove_of(widget: QWidget) -> QSlider:
    return widget.findChild(QSlider)


def error_of(widget: QWidget) -> QLabel:
    return next(label for label in widget.findChildren(QLabel) if label.property("role") == "error")


# -- sliders ------------------------------------------------------------------------------------------------------


def test_parts_have_names_for_tests_and_for_screen_readers(noise: NumberSlider) -> None:
    assert (groove_of(noise).objectName(), field_of(noise).objectName()) == ("noiseSlider", "noiseField")
    for part in (groove_of(noise), field_of(noise)):
        assert part.accessibleName() == "noise"
        assert part.toolTip()


def test_set_value_shows_and_stays_silent(qtbot, noise: NumberSlider) -> None:
    with qtbot.assertNotEmitted(noise.value_changed):
        noise.set_value(0.25)
    assert (noise.value(), field_of(noise).text(), groove_of(noise).value()) == (0.25, "0.25", 25)


def test_arrow_keys_page_and_home_move_the_slider(noise: NumberSlider) -> None:
    got: list[float] = []
    noise.value_changed.connect(got.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_Home, Qt.Key.Key_End):
        QTest.keyClick(groove_of(noise), key)
    assert got == [0.11, 0.16, 0.0, 0.5]
    assert field_of(noise).text() == "0.50"


def test_click_on_the_groove_goes_there_and_a_drag_goes_on(noise: NumberSlider) -> None:
    got: list[float] = []
    noise.value_changed.connect(got.append)
    groove = groove_of(noise)
    middle = groove.rect().center()
    QTest.mousePress(groove, Qt.MouseButton.LeftButton, pos=middle)
    assert noise.value() == pytest.approx(0.25, abs=0.011)
    QTest.mouseMove(groove, middle + QPoint(50, 0))
    assert noise.value() > 0.3, "values follow while dragging"
    QTest.mouseRelease(groove, Qt.MouseButton.LeftButton, pos=middle + QPoint(50, 0))
    assert got[-1] == noise.value()


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
def test_typed_number_is_taken_on_enter_and_on_leaving(noise: NumberSlider, end: Qt.Key) -> None:
    got: list[float] = []
    noise.value_changed.connect(got.append)
    type_number(field_of(noise), "0.333", end)
    assert (got, noise.value(), groove_of(noise).value()) == ([0.333], 0.333, 33)
    assert field_of(noise).text() == "0.333", "what stands there is the value used"


@pytest.mark.parametrize("bad", ["0.6", "-1", "abc", "nan", "inf"])
def test_bad_number_keeps_the_old_value_and_says_what_is_wanted(qtbot, noise: NumberSlider, bad: str) -> None:
    with qtbot.assertNotEmitted(noise.value_changed):
        type_number(field_of(noise), bad)
    assert noise.value() == 0.1
    assert error_of(noise).isVisibleTo(noise)
    assert error_of(noise).text() == "Enter a number from 0 to 0.5."
    assert field_of(noise).text() == bad


def test_good_number_escape_or_slider_end_the_error(noise: NumberSlider) -> None:
    field = field_of(noise)
    type_number(field, "9")
    type_number(field, "0.2")
    assert (error_of(noise).isVisibleTo(noise), noise.value()) == (False, 0.2)
    type_number(field, "9")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (error_of(noise).isVisibleTo(noise), field.text()) == (False, "0.20")
    type_number(field, "9")
    QTest.keyClick(groove_of(noise), Qt.Key.Key_Right)
    assert (error_of(noise).isVisibleTo(noise), field.text()) == (False, "0.21")


@pytest.fixture
def form(qtbot, noise: NumberSlider) -> Iterator[QWidget]:
    """The slider beside another control, in an active window."""
    form = QWidget()
    column = QVBoxLayout(form)
    column.addWidget(noise)
    column.addWidget(QLineEdit("elsewhere"))
    qtbot.addWidget(form)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    yield form
    noise.setParent(None)


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape])
@pytest.mark.parametrize("text", ["0.2", ""])
def test_enter_and_escape_give_the_keyboard_back(form: QWidget, noise: NumberSlider, end: Qt.Key, text: str) -> None:
    pressed: list[str] = []
    for keys in ("Space", "Escape", "Return"):
        QShortcut(QKeySequence(keys), form).activated.connect(partial(pressed.append, keys))
    field = field_of(noise)
    field.setFocus()
    if text:
        field.selectAll()
        QTest.keyClicks(field, text)
    QTest.keyClick(field, end)
    assert not field.hasFocus()
    assert noise.value() == (0.2 if text and end is not Qt.Key.Key_Escape else 0.1)
    assert pressed == []
    QTest.keyClick(QApplication.focusWidget() or form, Qt.Key.Key_Space)
    assert pressed == ["Space"]


@pytest.mark.parametrize("bad", ["", "9", "abc"])
def test_a_bad_number_stays_on_enter_and_is_forgotten_on_leaving(form: QWidget, noise: NumberSlider, bad: str) -> None:
    field = field_of(noise)
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, bad)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (field.hasFocus(), field.text(), error_of(noise).isVisibleTo(noise)) == (True, bad, True)
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert (field.text(), noise.value(), error_of(noise).isVisibleTo(noise)) == ("0.10", 0.1, False)


@pytest.mark.parametrize("text", ["0,2", "0.2 ", "+0,20"])
def test_numbers_as_people_write_them(noise: NumberSlider, text: str) -> None:
    type_number(field_of(noise), text)
    assert (noise.value(), field_of(noise).text()) == (0.2, "0.20")


def test_number_being_typed_survives_a_value_from_outside(noise: NumberSlider) -> None:
    field = field_of(noise)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.4")
    noise.set_value(0.3)
    assert (field.text(), noise.value()) == ("0.4", 0.3)


def test_whole_numbers(qtbot, theme: Theme) -> None:
    points = NumberSlider("points", theme, minimum=4, maximum=1000, step=1, decimals=0)
    shown(qtbot, points)
    type_number(field_of(points), "100")
    assert (points.value(), field_of(points).text()) == (100.0, "100")
    type_number(field_of(points), "1,000")
    assert points.value() == 1000.0
    points.set_value(100)
    type_number(field_of(points), "99.5")
    assert (points.value(), error_of(points).text()) == (100.0, "Enter a whole number from 4 to 1\u2009000.")


def wheel(widget: QWidget) -> None:
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre,
        widget.mapToGlobal(centre),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_wheel_moves_a_slider_only_when_it_has_the_focus(noise: NumberSlider) -> None:
    field_of(noise).setFocus()
    wheel(groove_of(noise))
    assert noise.value() == 0.1
    groove_of(noise).setFocus()
    wheel(groove_of(noise))
    assert noise.value() > 0.1


def test_logarithmic_slider_has_decades_at_even_distances(rate: LogSlider) -> None:
    groove = groove_of(rate)
    for value, part in ((1e-3, 0.0), (1e-2, 1 / 3), (1e-1, 2 / 3), (1.0, 1.0)):
        rate.set_value(value)
        assert groove.value() == round(part * groove.maximum())
    assert rate.value() == 1.0


@pytest.mark.parametrize("scale", [0.7, 1.0, 1.5, 2.0])
def test_logarithmic_slider_names_all_decades_if_they_fit(qtbot, theme: Theme, scale: float) -> None:
    theme.set_scale(scale)
    slider = LogSlider("learning rate", theme, minimum=1e-4, maximum=10.0, name="learningRate")
    shown(qtbot, slider)
    marks = slider.findChild(QWidget, "decadeMarks")
    for width, texts in (
        (300, ["0.0001", "0.001", "0.01", "0.1", "1", "10"]),
        (232, ["1e-4", "1e-3", "0.01", "0.1", "1", "10"]),
        (100, ["0.001", "0.1", "10"]),
    ):
        marks.setFixedWidth(theme.px(width))
        assert marks.texts == texts


def test_logarithmic_slider_gives_the_number_it_shows(rate: LogSlider) -> None:
    got: list[float] = []
    rate.value_changed.connect(got.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_PageDown, Qt.Key.Key_End, Qt.Key.Key_Home):
        QTest.keyClick(groove_of(rate), key)
        assert float(field_of(rate).text()) == got[-1] == rate.value()
    assert got[-2:] == [1.0, 0.001]


def test_logarithmic_slider_takes_any_typed_number(rate: LogSlider) -> None:
    type_number(field_of(rate), "0.0123456")
    assert (rate.value(), field_of(rate).text()) == (0.0123456, "0.0123456")
    type_number(field_of(rate), "0")
    assert (rate.value(), error_of(rate).text()) == (0.0123456, "Enter a number from 0.001 to 1.")


def test_widgets_grow_with_the_theme(qtbot, theme: Theme, rate: LogSlider, noise: NumberSlider) -> None:
    before = (rate.sizeHint().height(), field_of(noise).width())
    theme.set_scale(2.0)
    QApplication.processEvents()
    assert rate.sizeHint().height() > 1.6 * before[0]
    assert field_of(noise).width() == 2 * before[1]
    rate.grab()
    theme.set_mode("dark")
    rate.grab()


# -- rows ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def choice(qtbot, theme: Theme) -> ChoiceRow:
    row = ChoiceRow("loss", theme, [("mse", "mean squared error"), ("hinge", "hinge")], name="loss")
    shown(qtbot, row)
    return row


def test_choice_by_keyboard(choice: ChoiceRow) -> None:
    got: list[str] = []
    choice.choice_changed.connect(got.append)
    assert choice.value() == "mse"
    QTest.keyClick(choice.findChild(QComboBox), Qt.Key.Key_Down)
    assert (got, choice.value()) == (["hinge"], "hinge")


def test_choice_set_from_outside_is_silent(qtbot, choice: ChoiceRow) -> None:
    with qtbot.assertNotEmitted(choice.choice_changed):
        choice.set_value("hinge")
    assert choice.value() == "hinge"
    with pytest.raises(KeyError):
        choice.set_value("none")


def test_choice_box_is_as_wide_as_its_text(choice: ChoiceRow) -> None:
    box = choice.findChild(QComboBox)
    wide = box.sizeHint().width()
    choice.set_value("hinge")
    assert box.sizeHint().width() < wide


def test_wheel_leaves_a_choice_without_focus_alone(choice: ChoiceRow) -> None:
    box = choice.findChild(QComboBox)
    box.clearFocus()
    choice.set_value("hinge")
    wheel(box)
    assert choice.value() == "hinge"


@pytest.fixture
def batch(qtbot, theme: Theme) -> NumberRow:
    row = NumberRow("batch", theme, minimum=1, maximum=100, integer=True, special={0: "all"}, name="batch")
    row.set_value(0)
    shown(qtbot, row)
    return row


def test_special_values_have_words(batch: NumberRow) -> None:
    got: list[float] = []
    batch.value_changed.connect(got.append)
    field = field_of(batch)
    assert (field.objectName(), field.text()) == ("batchField", "all")
    type_number(field, "32")
    type_number(field, "All")
    assert (got, field.text()) == ([32.0, 0.0], "all")
    type_number(field, "8")
    type_number(field, "0")
    assert (batch.value(), field.text()) == (0.0, "all")


def test_number_row_says_what_is_wanted(batch: NumberRow) -> None:
    type_number(field_of(batch), "101")
    assert (batch.value(), error_of(batch).text()) == (0.0, "Enter a whole number from 1 to 100, or all.")
    batch.set_maximum(200)
    type_number(field_of(batch), "101")
    assert (batch.value(), error_of(batch).isVisibleTo(batch)) == (101.0, False)


# -- buttons and text ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize("kind", ["link", "icon"])
def test_buttons_work_by_keyboard(qtbot, theme: Theme, kind: str, key: Qt.Key) -> None:
    button = LinkButton("add layer", theme) if kind == "link" else IconButton("plus", theme, "Add a neuron (+)")
    shown(qtbot, button)
    with qtbot.waitSignal(button.clicked, timeout=1000):
        QTest.keyClick(button, key)


def test_icon_button_is_named_by_its_tooltip(qtbot, theme: Theme) -> None:
    button = IconButton("fit", theme, "Fit (F)")
    qtbot.addWidget(button)
    assert (button.accessibleName(), button.toolTip()) == ("Fit", "Fit (F)")


def test_role_of_a_label_decides_its_look(qtbot, theme: Theme) -> None:
    label = TextLabel("0.5", "value")
    shown(qtbot, label)
    assert label.font().family() == "JetBrains Mono"
    label.set_role("error")
    assert label.font().family() == "Inter"
    assert label.palette().windowText().color() == theme.palette.negative_text


def test_readout_never_changes_its_size(qtbot, theme: Theme) -> None:
    readout = Readout("loss", theme, characters=10, name="lossValue")
    shown(qtbot, readout)
    value = readout.findChild(QLabel, "lossValue")
    size = value.size()
    readout.show_text("-1.00e+100", "exactly -1e100")
    assert (value.size(), value.toolTip()) == (size, "exactly -1e100")
    assert value.fontMetrics().horizontalAdvance(value.text()) <= value.width()
    readout.clear()
    assert readout.text() == "—"


# -- cards --------------------------------------------------------------------------------------------------------


@pytest.fixture
def window(qtbot, theme: Theme) -> QMainWindow:
    window = QMainWindow()
    window.setCentralWidget(QWidget())
    card = CardDock("Data", TextLabel("content"), theme, header=TextLabel("47 parameters", "mute"))
    card.setObjectName("dataCard")
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, card)
    window.resize(600, 400)
    shown(qtbot, window, 600)
    return window


def card_of(window: QMainWindow) -> CardDock:
    return window.findChild(CardDock, "dataCard")


def test_card_is_drawn_as_one(window: QMainWindow, theme: Theme) -> None:
    card = card_of(window)
    window.resize(600, 400)
    for mode in ("light", "dark"):
        theme.set_mode(mode)
        image = card.grab().toImage()
        wide, high = image.width(), image.height()
        assert image.pixelColor(wide // 2, 0) == theme.palette.line
        assert image.pixelColor(4, high // 2) == theme.palette.card
        assert image.pixelColor(0, high // 2) == theme.palette.line


def test_title_row_is_36_pixels_high(window: QMainWindow, theme: Theme) -> None:
    card = card_of(window)
    assert card.titleBarWidget().height() == 36
    theme.set_scale(1.5)
    QApplication.processEvents()
    assert card.titleBarWidget().height() == 54


def test_card_hides_and_its_view_action_brings_it_back(window: QMainWindow) -> None:
    card = card_of(window)
    button = card.findChild(QToolButton, "cardCloseButton")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not card.isVisible()
    card.toggleViewAction().trigger()
    assert card.isVisible()


def test_close_button_is_seen_only_on_hover_and_is_no_stop_of_the_keyboard(window: QMainWindow) -> None:
    card = card_of(window)
    button = card.findChild(QToolButton, "cardCloseButton")

    def is_drawn() -> bool:
        image = button.grab().toImage()
        return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}) > 1

    button.clearFocus()
    QApplication.sendEvent(card, QEvent(QEvent.Type.Leave))
    assert not is_drawn()
    QApplication.sendEvent(card, QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))
    assert is_drawn()
    QApplication.sendEvent(card, QEvent(QEvent.Type.Leave))
    assert not is_drawn()
    assert button.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_card_keeps_a_frame_when_it_floats(window: QMainWindow, theme: Theme) -> None:
    card = card_of(window)
    card.setFloating(True)
    QApplication.processEvents()
    image = card.grab().toImage()
    assert image.pixelColor(0, 0) == theme.palette.line
    assert image.pixelColor(image.width() - 1, image.height() - 1) == theme.palette.line
    card.setFloating(False)


def test_undo_is_the_windows_unless_something_is_typed(qtbot, theme: Theme) -> None:
    window, undone = QMainWindow(), []
    row = NumberRow("step size", theme, minimum=0.0, maximum=9.0, name="undoSize")
    row.set_value(1.0)
    window.setCentralWidget(row)
    for keys in (QKeySequence("Ctrl+Z"), QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")):
        shortcut = QShortcut(keys, window)
        shortcut.activated.connect(partial(undone.append, keys.toString()))
    shown(qtbot, window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    field = window.findChild(QLineEdit, "undoSizeField")
    field.setFocus()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(field, Qt.Key.Key_Z, control)
    QTest.keyClick(field, Qt.Key.Key_Y, control)
    QTest.keyClick(field, Qt.Key.Key_Z, control | shift)
    assert undone == ["Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z"]
    field.selectAll()
    QTest.keyClicks(field, "2.5")
    QTest.keyClick(field, Qt.Key.Key_Z, control)
    assert len(undone) == 3 and field.text() != "2.5"  # what was typed is taken back, in the field


class Painted(PressButton):
    """Counts how often it is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.times += 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_painted_button_is_pressed_by_keys(qtbot, key: Qt.Key) -> None:
    button = Painted()
    qtbot.addWidget(button)
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, key)


def test_a_painted_button_follows_the_pointer(qtbot) -> None:
    button = Painted()
    button.resize(40, 20)
    qtbot.addWidget(button)
    with qtbot.waitExposed(button):
        button.show()
    for kind in ("enter", "leave"):
        QApplication.processEvents()
        before = button.times
        place = QPointF(5, 5)
        event = QEnterEvent(place, place, place) if kind == "enter" else QEvent(QEvent.Type.Leave)
        QApplication.sendEvent(button, event)
        qtbot.waitUntil(lambda before=before: button.times > before)
