"""A ranking's table as CSV and XLSX."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from ratings.tables import Cell, RankingTable

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 40


def ranking_csv(table: RankingTable) -> bytes:
    """UTF-8 with a byte-order mark, as spreadsheet programs expect; lines end in CRLF (RFC 4180).

    The notes and the method follow the table after an empty line.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.headings)
    writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
    writer.writerow([])
    writer.writerows([_harmless(line)] for line in (*table.notes, *table.method))
    return text.getvalue().encode("utf-8-sig")


def ranking_xlsx(table: RankingTable) -> bytes:
    """One sheet: title, headings, rows with numbers as numbers, notes and method below."""
    # Only who exports pays for importing its nearly 200 modules, not each start of the service.
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = table.title[:31]
    sheet.append([table.title])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append(list(table.headings))
    for cell in sheet[2]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for row in table.rows:
        sheet.append([_for_sheet(cell) for cell in row])
    for cells in sheet.iter_rows(min_row=3):
        for cell in cells:
            if isinstance(cell.value, float):
                cell.number_format = "0.0"
    sheet.append([])
    for line in (*table.notes, *table.method):
        sheet.append([_harmless(line)])
    sheet.freeze_panes = "A3"
    for index, heading in enumerate(table.headings):
        column = [heading, *(str(row[index]) for row in table.rows)]
        width = max(sum(2 if ord(c) > 0x2E80 else 1 for c in text) for text in column)
        sheet.column_dimensions[get_column_letter(index + 1)].width = min(width + 2, _WIDEST)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _for_sheet(cell: Cell) -> str | int | float:
    return float(cell) if isinstance(cell, Decimal) else _harmless(cell)


def _harmless(cell: Cell) -> str | int:
    """Words that a spreadsheet would take for a formula are kept words by a quote before them."""
    if isinstance(cell, int):
        return cell
    text = str(cell)
    is_word = not isinstance(cell, Decimal)
    return f"'{text}" if is_word and text.startswith(_FORMULA_STARTS) else text
