"""What the first layer reads: a chip for each of the usual features of two inputs, and a menu with all there are."""

from __future__ import annotations

from itertools import combinations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QWidget

from core.experiment import MAX_INPUTS
from core.features import show_feature
from core.words import tr
from gui.theme import Theme
from gui.widgets.outline import draw_outline

CHIPS = ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)")
HEIGHT, SIDE, GAP, TEXT = 22, 5, 3, 11  # pixels at scale 1
PRODUCTS_UP_TO = 4  # inputs; of more there would be more products than features may be


def feature_choices(inputs: int) -> list[tuple[str, ...]]:
    """All features of so many inputs, in groups: as they are, squares, products, functions."""
    names = [f"x{i + 1}" for i in range(inputs)]
    pairs = combinations(names, 2) if inputs <= PRODUCTS_UP_TO else ()
    return [
        tuple(names),
        tuple(f"{name}^2" for name in names),
        tuple(f"{one}*{other}" for one, other in pairs),
        *(tuple(f"{function}({name})" for name in names) for function in ("sin", "cos", "abs")),
    ]


def feature_menu(features: tuple[str, ...], inputs: int, parent: QWidget) -> QMenu:
    """Every feature of so many inputs to check; those that must stay, or find no room, are disabled and say why."""
    menu = QMenu(tr("Features"), parent)
    menu.setObjectName("featureMenu")
    menu.setToolTipsVisible(True)
    for group in feature_choices(inputs):
        for text in group:
            action = QAction(show_feature(text), menu, checkable=True, checked=text in features)
            action.setObjectName(f"feature_{text}")
            action.setData(text)
            why_not = _why_not(text, features)
            action.setEnabled(not why_not)
            action.setToolTip(why_not or feature_tooltip(text, on=text in features))
            menu.addAction(action)
        menu.addSeparator()
    return menu


def feature_tooltip(text: str, *, on: bool) -> str:
    """What a chip or an entry of the menu does."""
    name = show_feature(text)
    return (
        tr("The first layer reads {name}: click to leave it out", name=name)
        if on
        else tr("Let the first layer read {name}", name=name)
    )


def _why_not(text: str, features: tuple[str, ...]) -> str:
    if features == (text,):
        return tr("The first layer must read something")
    if text not in features and len(features) >= MAX_INPUTS:
        return tr("The first layer reads at most {most} features", most=MAX_INPUTS)
    return ""


class FeatureChips(QWidget):
    """Chips side by side; a click asks for a feature, or for it to go."""

    toggled = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("featureChips")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._chips = [_Chip(text, theme) for text in CHIPS]
        self._row = QHBoxLayout(self)
        for number, chip in enumerate(self._chips):
            if number:
                self._row.addStretch(1)
            self._row.addWidget(chip)
            chip.clicked.connect(self._on_clicked)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_features(self, features: tuple[str, ...]) -> None:
        """These are read now."""
        for chip in self._chips:
            chip.setChecked(chip.feature in features)
            why_not = _why_not(chip.feature, features)
            chip.setToolTip(why_not or feature_tooltip(chip.feature, on=chip.isChecked()))

    @Slot()
    def _on_clicked(self) -> None:
        chip = self.sender()
        if isinstance(chip, _Chip):
            chip.setChecked(not chip.isChecked())  # until the document says so
            self.toggled.emit(chip.feature)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._row.setSpacing(0)
        self._row.setContentsMargins(0, 0, 0, self._theme.px(GAP))
        self.updateGeometry()


class _Chip(QAbstractButton):
    """One feature, on or off."""

    def __init__(self, feature: str, theme: Theme) -> None:
        super().__init__()
        self.feature, self._theme = feature, theme
        self.setObjectName(f"featureChip_{feature}")
        self.setText(show_feature(feature))
        self.setAccessibleName(tr("feature {feature}", feature=show_feature(feature)))
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._on_theme_changed)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._theme.font(TEXT)).horizontalAdvance(self.text())
        return QSize(words + 2 * self._theme.px(SIDE), self._theme.px(HEIGHT))

    def event(self, event: QEvent) -> bool:
        """Space is the chip's while it has the focus, although the window uses it for playing."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _PRESSING:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _PRESSING:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, on = self._theme.palette, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = self._theme.px(2) if self.hasFocus() else 1
        painter.setBrush(colours.soft if on or self.underMouse() else colours.card)
        pen = QPen(colours.accent if on or self.hasFocus() else colours.line, wide)
        draw_outline(painter, self.rect(), pen, self._theme.px(5))
        painter.setFont(self._theme.font(TEXT))
        painter.setPen(colours.accent_text if on else colours.mute)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()


_PRESSING = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
