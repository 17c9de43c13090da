"""A picture of every kind of data set, one of them chosen, and beside them what else can be done with points."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QMenu, QSizePolicy, QWidget

from core.datasets import DATASET_TITLES
from core.experiment import DataKind, OwnRows
from core.words import tr
from gui.panels.dataset_button import CORNER, HEIGHT, MIN_WIDTH, DatasetButton
from gui.theme import Theme

COLUMNS = 8
GAP = 3  # px at scale 1, between pictures
DOT_APART, DOT = 5.0, 1.3  # px at scale 1, of the three dots: how far apart, radius


class DataKinds(QWidget):
    """Two rows of pictures. Arrow keys move among them; the last cell opens a menu."""

    kind_chosen = Signal(str)  # also "own" while there are no own rows

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("dataKinds")
        self.menu_button = PointsButton(theme)
        self._group = QButtonGroup(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._buttons = {kind: DatasetButton(kind, theme) for kind in DATASET_TITLES}
        for place, button in enumerate(self._buttons.values()):
            self._group.addButton(button)
            self._grid.addWidget(button, *divmod(place, COLUMNS))
        self._grid.addWidget(self.menu_button, *divmod(len(self._buttons), COLUMNS))
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self._group.buttonClicked.connect(self._on_clicked)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_kind(self, kind: DataKind, own: OwnRows | None) -> None:
        """`own` are rows that could be chosen again, if there are any."""
        self._buttons["own"].setCheckable(own is not None)
        self._buttons["own"].show_own(own)
        self._buttons[kind].setChecked(True)

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, DatasetButton):
            self.kind_chosen.emit(button.kind)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._grid.setSpacing(self._theme.px(GAP))


class PointsButton(QAbstractButton):
    """Three dots that open the menu of what is done with all points."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.menu = QMenu(self)
        self.menu.setObjectName("pointsMenu")
        self.setObjectName("pointsMenuButton")
        self.setAccessibleName(tr("import, copy and paste points"))
        self.setToolTip(tr("Import, copy and paste points"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)
        theme.changed.connect(self._on_theme_changed)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(MIN_WIDTH), self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, px = self._theme.palette, self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse() or self.isDown():
            wide = px(2 if self.hasFocus() else 1)
            painter.setPen(QPen(colours.accent if self.hasFocus() else colours.line, wide))
            painter.setBrush(colours.soft)
            inside = QRectF(self.rect()).adjusted(wide / 2, wide / 2, -wide / 2, -wide / 2)
            painter.drawRoundedRect(inside, px(CORNER), px(CORNER))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.ink)
        for place in (-1, 0, 1):
            centre = QRectF(self.rect()).center() + QPointF(place * px(DOT_APART), 0.0)
            painter.drawEllipse(centre, DOT * self._theme.scale, DOT * self._theme.scale)
        painter.end()

    @Slot()
    def _on_clicked(self) -> None:
        self.menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()
