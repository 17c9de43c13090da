"""Edits of a text as programmers expect them: indent, comment, a new line, Home and Backspace that know the indent."""

from __future__ import annotations

import re

from PySide6.QtGui import QTextBlock, QTextCursor

from gui.panels.sheet.code_tokens import CLOSING, OPENING, Kind, is_code, tokens

INDENT = 4
FARTHEST = 400  # lines that are searched for a bracket's partner
_COMMENT = re.compile(r"^(\s*)# ?")
_SMALL_EDIT = QTextCursor.MoveMode.KeepAnchor


def selected_blocks(cursor: QTextCursor) -> list[QTextBlock]:
    """The lines that a selection touches; a line whose very beginning ends it is not touched."""
    document = cursor.document()
    block, last = document.findBlock(cursor.selectionStart()), document.findBlock(cursor.selectionEnd())
    if last.position() == cursor.selectionEnd() and last.blockNumber() > block.blockNumber():
        last = last.previous()
    found = [block]
    while block.blockNumber() < last.blockNumber():
        block = block.next()
        found.append(block)
    return found


def indent(cursor: QTextCursor) -> None:
    """Tab: spaces up to the next stop, or all selected lines further in."""
    if not cursor.hasSelection():
        cursor.insertText(" " * (INDENT - cursor.positionInBlock() % INDENT))
        return
    for block in selected_blocks(cursor):
        if block.text().strip():
            _at(block).insertText(" " * INDENT)


def dedent(cursor: QTextCursor) -> None:
    """Shift+Tab: the lines one stop out."""
    for block in selected_blocks(cursor):
        spaces = len(block.text()) - len(block.text().lstrip(" "))
        _remove(block, 0, min(spaces, (spaces - 1) % INDENT + 1) if spaces else 0)


def toggle_comment(cursor: QTextCursor) -> None:
    """Ctrl+/: the lines as comments, or as code again if all are comments."""
    blocks = [block for block in selected_blocks(cursor) if block.text().strip()]
    if all(_COMMENT.match(block.text()) for block in blocks):
        for block in blocks:
            found = _COMMENT.match(block.text())
            if found:
                _remove(block, found.end(1), found.end())
        return
    column = min((len(block.text()) - len(block.text().lstrip()) for block in blocks), default=0)
    for block in blocks:
        _at(block, column).insertText("# ")


def new_line(cursor: QTextCursor) -> None:
    """Enter: the next line begins where this one does, after a colon further in, after `return` further out."""
    before = cursor.block().text()[: cursor.positionInBlock()] if not cursor.hasSelection() else ""
    if cursor.hasSelection():
        block = cursor.document().findBlock(cursor.selectionStart())
        before = block.text()[: cursor.selectionStart() - block.position()]
    spaces = len(before) - len(before.lstrip(" "))
    code = [token for token in tokens(before)[0] if token.kind is not Kind.COMMENT]
    if code and code[-1].text == ":":
        spaces += INDENT
    elif code and code[0].text == "return":
        spaces = max(spaces - INDENT, 0)
    cursor.insertText("\n" + " " * spaces)


def backspace_indent(cursor: QTextCursor) -> bool:
    """Backspace within the indent: back to the stop before. Whether there was one."""
    column = cursor.positionInBlock()
    before = cursor.block().text()[:column]
    if cursor.hasSelection() or not column or before.strip(" "):
        return False
    cursor.movePosition(QTextCursor.MoveOperation.Left, _SMALL_EDIT, (column - 1) % INDENT + 1)
    cursor.removeSelectedText()
    return True


def smart_home(cursor: QTextCursor, mode: QTextCursor.MoveMode) -> None:
    """Home: to the first letter, and from there to the beginning of the line."""
    text = cursor.block().text()
    first = len(text) - len(text.lstrip())
    column = 0 if cursor.positionInBlock() == first else first
    cursor.setPosition(cursor.block().position() + column, mode)


def bracket_pair(cursor: QTextCursor) -> tuple[int, ...]:
    """The bracket beside the cursor and its partner; one alone if it has none; empty if there is none."""
    block, column = cursor.block(), cursor.positionInBlock()
    for place in (column, column - 1):
        letter = block.text()[place : place + 1] if place >= 0 else ""
        if letter and letter in OPENING + CLOSING and is_code(block.text(), _state(block), place + 1):
            return _partner(block, place, letter)
    return ()


def _partner(block: QTextBlock, column: int, letter: str) -> tuple[int, ...]:
    forward = letter in OPENING
    partner = (OPENING + CLOSING)[((OPENING + CLOSING).index(letter) + 3) % 6]
    here, depth = block.position() + column, 0
    for _ in range(FARTHEST):
        found = [t for t in tokens(block.text(), _state(block))[0] if t.kind is Kind.BRACKET]
        for token in found if forward else reversed(found):
            place = block.position() + token.start
            if (place < here) if forward else (place > here):
                continue
            depth += (token.text == letter) - (token.text == partner)
            if depth == 0 and token.text == partner:
                return here, place
        block = block.next() if forward else block.previous()
        if not block.isValid():
            break
    return (here,)


def _state(block: QTextBlock) -> int:
    """Of strings, at the beginning of a line."""
    return max(block.previous().userState(), 0) if block.previous().isValid() else 0


def _at(block: QTextBlock, column: int = 0) -> QTextCursor:
    cursor = QTextCursor(block)
    cursor.setPosition(block.position() + column)
    return cursor


def _remove(block: QTextBlock, start: int, end: int) -> None:
    cursor = _at(block, start)
    cursor.setPosition(block.position() + end, _SMALL_EDIT)
    cursor.removeSelectedText()
