#!/usr/bin/env python3
"""Makes the sample documents of this folder, the same bytes each time and everywhere.

patrouilles.csv       what a police district sends back to a landlord (flow F10b)
bilan-patrouilles.pdf the same figures as a report to read
note-halls.odt        what the landlord had sent before (flow F10a)

All of it is invented: no such commune, street, landlord or district exists, nobody is named or
described. For the same bytes everywhere nothing depends on a library's version: numbers are drawn
from SHA-256, dates are fixed, and the PDF and the ODT are written without compression.

    make_samples.py           writes the three files beside this one
    make_samples.py --check   compares them, and exits with 1 where one differs
"""

import csv
import hashlib
import io
import pathlib
import sys
import unicodedata
import zipfile
from collections import Counter
from datetime import date, timedelta
from xml.sax.saxutils import escape

MADE = date(2026, 11, 3)  # the date the documents bear
DISTRICT = "Circonscription de Villerange"
LANDLORD = "Trois-Vallons Habitat"

# ------------------------------------------------------------------------------------------------
# The figures
# ------------------------------------------------------------------------------------------------

FIRST_MONDAY = date(2026, 8, 31)  # ISO week 36
ROWS_PER_WEEK = [22, 23, 21, 24, 22, 23, 22, 21, 22]

SITES = [  # address, commune, halls, how often it is occupied (of 10)
    ("4 allée des Trois-Hérons", "Villerange", "AB", 7),
    ("11 allée des Trois-Hérons", "Villerange", "C", 5),
    ("2 mail de la Garancière", "Villerange", "ABC", 6),
    ("27 rue du Four-à-Tuiles", "Villerange", "A", 2),
    ("8 passage de l’Écluse-Morte", "Villerange", "DE", 4),
    ("1 square du Clos-Barantin", "Noisemont-la-Ferté", "AB", 5),
    ("15 rue de la Pierre-Vêlée", "Noisemont-la-Ferté", "A", 3),
    ("6 cours des Lanterniers", "Noisemont-la-Ferté", "BC", 6),
    ("33 rue du Lavoir-aux-Oies", "Noisemont-la-Ferté", "A", 1),
    ("9 place du Puits-Neuvain", "Clairvanche", "AB", 4),
    ("5 sente des Osiers-Rouges", "Clairvanche", "C", 2),
    ("18 avenue de l’Ancien-Gazomètre", "Clairvanche", "AD", 6),
]

POSTCODES = {"Clairvanche": "93905", "Noisemont-la-Ferté": "93915", "Villerange": "93925"}  # of nowhere

KINDS = {  # kind: what is written as finding, and as follow-up
    "Rien à signaler": (
        ["Hall dégagé, rien à signaler", "Passage sans incident, hall et escalier libres",
         "Hall et sous-sol visités, rien à signaler", "Accès fermés, éclairage en état de marche"],
        ["Néant"]),
    "Occupation": (
        ["Hall occupé, libéré à la demande", "Regroupement devant l’entrée, dispersé sans incident",
         "Occupation de la cage d’escalier jusqu’au 2e niveau, libérée",
         "Nuisances sonores dans le sas, cessées à l’arrivée", "Présence dans le hall, contrôle effectué"],
        ["Passage renouvelé la même semaine", "Passage renouvelé la semaine suivante",
         "Information du gardien"]),
    "Accès": (
        ["Ferme-porte arraché, porte d’accès ouverte en permanence",
         "Platine d’interphone hors service", "Serrure de la trappe de toiture forcée",
         "Porte du local vélos dégondée", "Contrôle d’accès neutralisé ; badge inutile"],
        ["Remise en état demandée au bailleur"]),
    "Éclairage": (
        ["Éclairage du palier bas hors service", "Cellule photoélectrique de l’entrée à remplacer",
         "Bloc de secours descellé au rez-de-chaussée", "Minuterie bloquée, hall sans lumière"],
        ["Remise en état demandée au bailleur"]),
    "Encombrants": (
        ["Dépôt d’encombrants dans le sas", "Chariots et cartons devant la colonne sèche",
         "Canapé abandonné au sous-sol, passage réduit", "Cyclomoteur hors d’usage dans le local poussettes"],
        ["Enlèvement demandé au bailleur"]),
    "Dégradations": (
        ["Boîtes aux lettres descellées (4)", "Vitre du sas étoilée ; débris retirés par le gardien",
         "Murs du rez-de-chaussée tagués", "Trace de départ de feu dans le local poubelles",
         "Plafonnier arraché, fils apparents"],
        ["Procès-verbal de dégradation, remise en état demandée", "Dépôt de plainte proposé au bailleur"]),
    "Reporté": (
        ["Passage reporté : intervention prioritaire", "Passage reporté : effectif engagé sur un autre secteur"],
        ["Passage reprogrammé"]),
}
MATERIAL = ["Accès", "Éclairage", "Encombrants", "Dégradations"]

COLUMNS = ["date", "heure", "adresse", "hall", "passage", "controles", "verbalisations",
           "interpellations", "constat", "suite", "ref"]


class Draws:
    """A stream of numbers that is the same under every version of Python."""

    def __init__(self, seed):
        self.seed, self.count = seed, 0

    def below(self, limit):
        """0 to limit - 1."""
        self.count += 1
        digest = hashlib.sha256(f"{self.seed}/{self.count}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % limit

    def one_of(self, choices):
        """One of the choices."""
        return choices[self.below(len(choices))]


def kind_of_visit(draws, occupied_of_10):
    """What a visit finds, by how often the hall is occupied."""
    if draws.below(100) < 5:
        return "Reporté"
    if draws.below(10) < occupied_of_10:
        return "Occupation"
    if draws.below(10) < 4:
        return draws.one_of(MATERIAL)
    return "Rien à signaler"


def make_rows():
    """The visits, in order of time: the columns of the CSV, with week, kind and commune beside."""
    draws, rows = Draws("patrouilles 2026"), []
    for number, rows_in_week in enumerate(ROWS_PER_WEEK):
        monday = FIRST_MONDAY + timedelta(weeks=number)
        week = monday.isocalendar().week
        for _ in range(rows_in_week):
            line = draws.below(len(SITES))
            address, commune, halls, occupied = SITES[line]
            kind = kind_of_visit(draws, occupied)
            checked = draws.below(6) + 1 if kind == "Occupation" else 0
            fined = min(draws.below(4), checked // 2)
            arrested = 1 if checked > 3 and draws.below(7) == 0 else 0
            findings, follow_ups = KINDS[kind]
            minutes = 16 * 60 + draws.below(8 * 60)  # between 16:00 and midnight
            rows.append({
                "date": (monday + timedelta(days=draws.below(7))).isoformat(),
                "heure": f"{minutes // 60:02}:{minutes % 60:02}",
                "adresse": f"{address}, {POSTCODES[commune]} {commune}",
                "hall": draws.one_of(halls),
                "passage": "N" if kind == "Reporté" else "O",
                "controles": checked,
                "verbalisations": fined,
                "interpellations": arrested,
                "constat": draws.one_of(findings),
                "suite": draws.one_of(follow_ups),
                "ref": f"F10a-{monday.year}-S{week:02}-{line + 1:02}",
                "week": week, "kind": kind, "site": line,
            })
    return sorted(rows, key=lambda row: (row["date"], row["heure"], row["ref"]))


def make_csv(rows):
    """patrouilles.csv: UTF-8, semicolons, quotes where a field contains one."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, delimiter=";", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


# ------------------------------------------------------------------------------------------------
# A small PDF writer: pages of text, lines and rectangles in Helvetica, with WinAnsi accents.
# ------------------------------------------------------------------------------------------------

WIDTH, HEIGHT, MARGIN = 595.28, 841.89, 56.0  # A4, in points

INK, GREY, PALE, RULE = "#1d2733", "#66727f", "#eef2f6", "#c8d1da"
BLUE, ORANGE, WHITE = "#1f4e79", "#d0782a", "#ffffff"

# Widths of the characters 32 to 126, in thousandths, from the metrics of the two standard fonts.
REGULAR_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 "
    "556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 "
    "667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 "
    "556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584")
BOLD_WIDTHS = (
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 "
    "556 556 333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 "
    "667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 "
    "611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584")
WIDTHS = {"F1": [int(w) for w in REGULAR_WIDTHS.split()], "F2": [int(w) for w in BOLD_WIDTHS.split()]}
OTHER_WIDTHS = {"’": 222, "–": 556, "—": 1000, "•": 350, "°": 400, "«": 556, "»": 556, "\xa0": 278,
                "î": 278, "ï": 278, "œ": 944, "·": 278}


def text_width(text, size, font="F1"):
    """The width of `text` in points. An accented letter is as wide as its base."""
    total = 0
    for char in text:
        if char in OTHER_WIDTHS:
            total += OTHER_WIDTHS[char]
        else:
            total += WIDTHS[font][ord(unicodedata.normalize("NFD", char)[0]) - 32]
    return total * size / 1000


def wrap(text, size, width, font="F1"):
    """The lines of `text`, none wider than `width`."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".lstrip(" ")
        if text_width(longer, size, font) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def number(value):
    """A coordinate as PDF writes it."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def colour(code, operator):
    """A fill (rg) or stroke (RG) colour."""
    parts = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return " ".join(number(part) for part in parts) + f" {operator}"


class Page:
    """The content of one page. `y` is where the next block begins, from the top downwards."""

    def __init__(self):
        self.operators, self.y = [], 0.0

    def text(self, x, y, text, size=10, font="F1", ink=INK, align="left"):
        """One line of text; y is its baseline, from the top."""
        if align != "left":
            x -= text_width(text, size, font) * (1 if align == "right" else 0.5)
        encoded = text.encode("cp1252")
        for special in (b"\\", b"(", b")"):
            encoded = encoded.replace(special, b"\\" + special)
        # Octal keeps the file readable as text, accents included.
        string = "".join(chr(b) if b < 127 else f"\\{b:03o}" for b in encoded)
        self.operators.append(
            f"BT {colour(ink, 'rg')} /{font} {number(size)} Tf "
            f"{number(x)} {number(HEIGHT - y)} Td ({string}) Tj ET")

    def box(self, x, y, width, height, fill):
        """A filled rectangle; y is its upper edge."""
        self.operators.append(
            f"{colour(fill, 'rg')} {number(x)} {number(HEIGHT - y - height)} "
            f"{number(width)} {number(height)} re f")

    def line(self, x1, y1, x2, y2, ink=RULE, width=0.6):
        """A straight line."""
        self.operators.append(
            f"{colour(ink, 'RG')} {number(width)} w {number(x1)} {number(HEIGHT - y1)} m "
            f"{number(x2)} {number(HEIGHT - y2)} l S")

    def paragraph(self, text, size=10, leading=15, width=WIDTH - 2 * MARGIN, x=MARGIN, ink=INK):
        """Wrapped text; moves y below it."""
        for line in wrap(text, size, width):
            self.y += leading
            self.text(x, self.y, line, size, ink=ink)
        self.y += leading * 0.45

    def bullet(self, text):
        """A paragraph with a bullet."""
        self.text(MARGIN + 4, self.y + 15, "•", 10, ink=BLUE)
        self.paragraph(text, x=MARGIN + 16, width=WIDTH - 2 * MARGIN - 16)

    def heading(self, text):
        """A section heading."""
        self.y += 26
        self.text(MARGIN, self.y, text, 13, "F2", BLUE)
        self.y += 4

    def table(self, columns, rows, total=False):
        """Columns are (title, width, align); the last row is set apart if `total`."""
        height, size, top = 18.0, 8.8, self.y + 8
        self.box(MARGIN, top, WIDTH - 2 * MARGIN, height, BLUE)
        for index, row in enumerate([[title for title, _, _ in columns]] + rows):
            y = top + index * height
            last = total and index == len(rows)
            if index and last:
                self.line(MARGIN, y, WIDTH - MARGIN, y, BLUE, 1)
            elif index and index % 2 == 0:
                self.box(MARGIN, y, WIDTH - 2 * MARGIN, height, PALE)
            x = MARGIN
            for cell, (_, width, align) in zip(row, columns):
                assert text_width(str(cell), size, "F2") <= width - 8, f"{cell!r} is too wide"
                at = {"left": x + 6, "right": x + width - 8, "center": x + width / 2}[align]
                self.text(at, y + 12.2, str(cell), size, "F2" if last or not index else "F1",
                          INK if index else WHITE, align)
                x += width
        self.y = top + height * (len(rows) + 1)
        self.line(MARGIN, self.y, WIDTH - MARGIN, self.y)
        self.y += 8


def make_pdf(pages, title):
    """The bytes of a PDF: two standard fonts, uncompressed pages, fixed dates and identifier."""
    objects = [None, None]  # 1 catalogue and 2 page tree come last; they name the others
    def add(body):
        objects.append(body)
        return len(objects)
    fonts = [add(f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>")
             for name in ("Helvetica", "Helvetica-Bold")]
    kids = []
    for page in pages:
        content = "\n".join(page.operators)
        stream = add(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        kids.append(add(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {stream} 0 R "
            f"/Resources << /Font << /F1 {fonts[0]} 0 R /F2 {fonts[1]} 0 R >> >> >>"))
    in_utf16 = lambda text: f"<{(chr(0xfeff) + text).encode('utf-16-be').hex()}>"
    stamp = f"(D:{MADE:%Y%m%d}090000Z)"
    info = add(f"<< /Title {in_utf16(title)} /Author {in_utf16(DISTRICT)} "
               f"/CreationDate {stamp} /ModDate {stamp} >>")
    objects[0] = ("<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) "
                  "/ViewerPreferences << /DisplayDocTitle true >> >>")
    objects[1] = (f"<< /Type /Pages /Count {len(kids)} "
                  f"/Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>")

    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for index, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{index} 0 obj\n{body}\nendobj\n".encode("ascii")
    start, identifier = len(out), hashlib.sha256(out).hexdigest()[:32]
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    for place in places:
        out += f"{place:010} 00000 n \n".encode()
    out += (f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {info} 0 R "
            f"/ID [<{identifier}> <{identifier}>] >>\nstartxref\n{start}\n%%EOF\n").encode()
    return bytes(out)


# ------------------------------------------------------------------------------------------------
# The report
# ------------------------------------------------------------------------------------------------

TITLE = "Bilan des patrouilles et contrôles"
PERIOD = "du 31 août au 1er novembre 2026"


def sums(rows):
    """Visits made, checks, fines, arrests, material findings."""
    return (sum(row["passage"] == "O" for row in rows), sum(row["controles"] for row in rows),
            sum(row["verbalisations"] for row in rows), sum(row["interpellations"] for row in rows),
            sum(row["kind"] in MATERIAL for row in rows))


def cover(rows):
    """The first page: what it is, for whom, the key figures."""
    page = Page()
    page.box(0, 0, WIDTH, 178, BLUE)
    page.text(MARGIN, 62, DISTRICT.upper(), 9.5, "F2", "#b9cde0")
    page.text(MARGIN, 104, TITLE, 25, "F2", WHITE)
    page.text(MARGIN, 130, f"Halls d’immeubles, {PERIOD}", 13, "F1", WHITE)
    page.text(MARGIN, 154, f"Retour à {LANDLORD} (convention, article 10)", 10, "F1", "#dbe6f0")
    visits, checks, fines, arrests, material = sums(rows)
    figures = [(visits, "passages effectués"), (checks, "contrôles"), (fines, "verbalisations"),
               (arrests, "interpellations"), (material, "constats matériels")]
    width = (WIDTH - 2 * MARGIN - 4 * 8) / 5
    for index, (value, label) in enumerate(figures):
        x = MARGIN + index * (width + 8)
        page.box(x, 204, width, 66, PALE)
        page.box(x, 204, width, 3, ORANGE if index == 4 else BLUE)
        page.text(x + width / 2, 240, str(value), 24, "F2", INK, "center")
        page.text(x + width / 2, 258, label, 8.4, "F1", GREY, "center")
    page.y = 284
    occupied = sum(row["kind"] == "Occupation" for row in rows)
    put_off = sum(row["passage"] == "N" for row in rows)
    page.heading("Objet")
    page.paragraph(
        f"Ce bilan répond aux listes d’adresses transmises chaque semaine par {LANDLORD}. Il "
        f"reprend les {len(rows)} passages programmés sur {len(SITES)} adresses de trois communes, "
        "et les suites données. Le détail figure dans le fichier patrouilles.csv qui "
        "l’accompagne ; chaque ligne y porte la référence du signalement d’origine.")
    page.heading("À retenir")
    page.bullet(f"{visits} passages ont été effectués ; {put_off} ont été reportés, le plus souvent "
                "en raison d’une intervention prioritaire, puis reprogrammés.")
    page.bullet(f"Une occupation a été constatée lors de {occupied} passages. Dans la plupart des "
                "cas, le hall a été libéré à la demande, sans autre suite.")
    page.bullet(f"{material} passages ont donné lieu à un constat matériel : accès, éclairage, "
                "encombrants ou dégradations. Les remises en état attendues sont en page 4.")
    page.bullet("Les tableaux par semaine et par adresse sont en pages 2 et 3 ; les propositions et le "
                "calendrier, en page 5.")
    page.heading("Cadre")
    page.paragraph(
        "Document collectif, sans donnée à caractère personnel : il ne désigne ni ne décrit aucune "
        "personne contrôlée, verbalisée ou interpellée, et ne mentionne aucune procédure en cours. "
        "Il est destiné au bailleur des adresses citées et aux policiers référents. Il "
        "est conservé douze mois.")
    return page


def weekly(rows):
    """By week: a table and a chart."""
    page = Page()
    page.y = 60
    page.heading("1. Activité par semaine")
    weeks = sorted({row["week"] for row in rows})
    by_week = {week: [row for row in rows if row["week"] == week] for week in weeks}
    wide = (WIDTH - 2 * MARGIN - 150) / 5
    titles = ["Passages", "Contrôles", "Verbalis.", "Interpell.", "Constats"]
    columns = [("Semaine", 150, "left")] + [(title, wide, "right") for title in titles]
    lines = []
    for index, week in enumerate(weeks):
        monday = FIRST_MONDAY + timedelta(weeks=index)
        sunday = monday + timedelta(days=6)
        lines.append([f"S{week}, du {monday:%d/%m} au {sunday:%d/%m}", *sums(by_week[week])])
    page.table(columns, lines + [["Ensemble", *sums(rows)]], total=True)

    page.heading("2. Passages et occupations constatées")
    page.paragraph("Nombre de passages effectués et, parmi eux, nombre de passages au cours desquels "
                   "une occupation du hall a été constatée.", ink=GREY)
    left, right, top, height = MARGIN + 24, WIDTH - MARGIN, page.y + 34, 190.0
    page.box(left, top - 26, 9, 9, BLUE)
    page.text(left + 14, top - 18, "Passages effectués", 8.8)
    page.box(left + 120, top - 26, 9, 9, ORANGE)
    page.text(left + 134, top - 18, "dont occupation constatée", 8.8)
    for tick in range(0, 26, 5):
        y = top + height - height * tick / 25
        page.line(left, y, right, y, RULE if tick else GREY)
        page.text(left - 6, y + 3, str(tick), 8, ink=GREY, align="right")
    step = (right - left) / len(weeks)
    for index, week in enumerate(weeks):
        x = left + index * step + step / 2
        visits = sum(row["passage"] == "O" for row in by_week[week])
        occupied = sum(row["kind"] == "Occupation" for row in by_week[week])
        for value, offset, fill in ((visits, -16, BLUE), (occupied, 1, ORANGE)):
            tall = height * value / 25
            page.box(x + offset, top + height - tall, 15, tall, fill)
            page.text(x + offset + 7.5, top + height - tall - 4, str(value), 8, align="center")
        page.text(x, top + height + 14, f"S{week}", 8.8, ink=GREY, align="center")
    page.y = top + height + 26
    page.paragraph("Les passages sont répartis entre 16 h et minuit ; l’horaire suit les créneaux "
                   "indiqués par les gardiens. Une hausse des constats n’est pas toujours une hausse "
                   "des faits : elle peut tenir à un passage mieux placé.")
    return page


def by_address(rows):
    """By address."""
    page = Page()
    page.y = 60
    page.heading("3. Activité par adresse")
    columns = [("Adresse", 150, "left"), ("Commune", 94, "left"), ("Halls", 38, "center"),
               ("Passages", 52, "right"), ("Contrôles", 53, "right"), ("Occup.", 45, "right"),
               ("Constats", WIDTH - 2 * MARGIN - 432, "right")]
    lines = []
    for index, (address, commune, halls, _) in enumerate(SITES):
        own = [row for row in rows if row["site"] == index]
        visits, checks, _, _, material = sums(own)
        occupied = sum(row["kind"] == "Occupation" for row in own)
        lines.append([address, commune, " ".join(halls), visits, checks, occupied, material])
    visits, checks, _, _, material = sums(rows)
    occupied = sum(row["kind"] == "Occupation" for row in rows)
    page.table(columns, lines + [["Ensemble", "", "", visits, checks, occupied, material]], total=True)
    page.paragraph("Occup. : passages au cours desquels une occupation a été constatée. "
                   "Constats : passages ayant donné lieu à un constat matériel.", 8.6, 13, ink=GREY)

    page.heading("4. Part des passages avec occupation")
    shares = sorted(((100 * line[5] // line[3], line[0], line[1]) for line in lines), reverse=True)
    top, left, room = page.y + 14, MARGIN + 182, WIDTH - 2 * MARGIN - 182 - 34
    for index, (share, address, _) in enumerate(shares):
        y = top + index * 19
        page.text(left - 8, y + 9.5, address, 8.8, align="right")
        page.box(left, y, room, 12, PALE)
        page.box(left, y, room * share / 100, 12, ORANGE if share >= 50 else BLUE)
        page.text(WIDTH - MARGIN, y + 9.5, f"{share} %", 8.8, "F2", align="right")
    page.y = top + len(shares) * 19
    page.paragraph("En orange : une occupation a été constatée lors d’un passage sur deux au moins.",
                   8.6, 13, ink=GREY)
    return page


def material_findings(rows):
    """What stands to be repaired."""
    page = Page()
    page.y = 60
    page.heading("5. Constats matériels par nature")
    counts = Counter(row["kind"] for row in rows)
    most = max(counts[kind] for kind in MATERIAL)
    top, left, room = page.y + 14, MARGIN + 82, WIDTH - 2 * MARGIN - 82 - 34
    for index, kind in enumerate(sorted(MATERIAL, key=lambda kind: -counts[kind])):
        y = top + index * 25
        page.text(left - 8, y + 12, kind, 9.4, align="right")
        page.box(left, y, room * counts[kind] / most, 17, BLUE)
        page.text(left + room * counts[kind] / most + 6, y + 12, str(counts[kind]), 9.4, "F2")
    page.y = top + len(MATERIAL) * 25
    page.heading("6. Remises en état attendues")
    page.paragraph("Derniers constats de la période, du plus récent au plus ancien. La suite est à "
                   "indiquer en réponse, avec la référence qui figure dans le fichier.", ink=GREY)
    columns = [("Date", 40, "left"), ("Adresse", 148, "left"), ("Hall", 32, "center"),
               ("Constat", WIDTH - 2 * MARGIN - 220, "left")]
    latest = [row for row in reversed(rows) if row["kind"] in MATERIAL][:24]
    lines = [[f"{row['date'][8:]}/{row['date'][5:7]}", row["adresse"].split(",")[0], row["hall"],
              row["constat"]] for row in latest]
    page.table(columns, lines)
    return page


def method():
    """How the figures are made, and what comes next."""
    page = Page()
    page.y = 60
    page.heading("7. Lecture des chiffres")
    page.bullet("Passage : présence d’une patrouille dans le hall ou à son abord immédiat, à la suite "
                "d’un signalement du bailleur. Un passage reporté n’est compté qu’une fois effectué.")
    page.bullet("Contrôle, verbalisation, interpellation : nombres, sans autre précision. Une même "
                "personne peut être comptée plusieurs fois au cours de la période.")
    page.bullet("Constat matériel : état des parties communes relevé au moment du passage. Il ne vaut "
                "pas expertise et ne préjuge pas de l’origine du désordre.")
    page.bullet("Les passages spontanés, hors des listes transmises, ne figurent pas dans ce bilan.")
    page.heading("8. Propositions")
    page.bullet("Donner la priorité aux ferme-portes et aux platines d’interphone : ce sont les constats "
                "qui reviennent le plus vite quand la réparation tarde.")
    page.bullet("Indiquer dans les listes hebdomadaires le créneau observé plutôt que la seule soirée, "
                "afin de placer les passages à l’heure utile.")
    page.bullet("Signaler au même titre les améliorations : une adresse redevenue calme quatre semaines "
                "de suite sort de la liste.")
    page.heading("9. Calendrier")
    columns = [("Échéance", 110, "left"), ("Action", 253, "left"),
               ("Pilote", WIDTH - 2 * MARGIN - 363, "left")]
    page.table(columns, [
        ["6 novembre 2026", "Réponse sur les remises en état de la page 4", "Bailleur"],
        ["9 novembre 2026", "Liste des adresses de la semaine 46", "Bailleur"],
        ["16 novembre 2026", "Visite commune des adresses en orange (page 3)", "Référents"],
        ["4 décembre 2026", "Point au groupe d’échange", "Coordination"],
        ["8 janvier 2027", "Bilan de novembre et décembre", "Circonscription"],
    ])
    page.y += 22
    page.text(WIDTH - MARGIN, page.y, "Villerange, le 3 novembre 2026", align="right")
    page.y += 17
    page.text(WIDTH - MARGIN, page.y, "Le policier référent de la circonscription", 10, "F2", align="right")
    return page


def report(rows):
    """bilan-patrouilles.pdf."""
    pages = [cover(rows), weekly(rows), by_address(rows), material_findings(rows), method()]
    for index, page in enumerate(pages, 1):
        if index > 1:
            page.text(MARGIN, 46, f"{TITLE}, {PERIOD}", 8.4, ink=GREY)
            page.line(MARGIN, 54, WIDTH - MARGIN, 54)
        page.line(MARGIN, HEIGHT - 50, WIDTH - MARGIN, HEIGHT - 50)
        page.text(MARGIN, HEIGHT - 36, f"{DISTRICT} · Document collectif (N0)", 8.4, ink=GREY)
        page.text(WIDTH - MARGIN, HEIGHT - 36, f"{index} / {len(pages)}", 8.4, ink=GREY, align="right")
    return make_pdf(pages, f"{TITLE}, {PERIOD}")


# ------------------------------------------------------------------------------------------------
# The note of the landlord, as OpenDocument text
# ------------------------------------------------------------------------------------------------

NAMESPACES = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for short, name in [
    ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("meta", "meta"),
    ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible")]
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'

STYLES = f"""{XML}<office:document-styles {NAMESPACES} office:version="1.3">
<office:font-face-decls><style:font-face style:name="Sans" svg:font-family="'Liberation Sans', Arial, sans-serif"/></office:font-face-decls>
<office:styles>
<style:default-style style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.2cm" fo:line-height="125%"/><style:text-properties style:font-name="Sans" fo:font-size="10.5pt" fo:color="{INK}" fo:language="fr" fo:country="FR"/></style:default-style>
<style:style style:name="Standard" style:family="paragraph"/>
<style:style style:name="Title" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-top="0.3cm" fo:margin-bottom="0.1cm"/><style:text-properties fo:font-size="20pt" fo:font-weight="bold" fo:color="{BLUE}"/></style:style>
<style:style style:name="Subtitle" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-bottom="0.6cm" fo:padding-bottom="0.2cm" fo:border-bottom="1pt solid {BLUE}"/><style:text-properties fo:font-size="11pt" fo:color="{GREY}"/></style:style>
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph" style:parent-style-name="Standard" style:default-outline-level="1"><style:paragraph-properties fo:margin-top="0.5cm" fo:margin-bottom="0.15cm" fo:keep-with-next="always"/><style:text-properties fo:font-size="13pt" fo:font-weight="bold" fo:color="{BLUE}"/></style:style>
<style:style style:name="Head" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-bottom="0cm"/><style:text-properties fo:font-size="9.5pt" fo:font-weight="bold" fo:color="{WHITE}"/></style:style>
<style:style style:name="Cell" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-bottom="0cm" fo:line-height="110%"/><style:text-properties fo:font-size="9.5pt"/></style:style>
<style:style style:name="Signature" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:text-align="end" fo:margin-bottom="0cm"/></style:style>
<style:style style:name="Footer" style:family="paragraph" style:parent-style-name="Standard"><style:text-properties fo:font-size="8.5pt" fo:color="{GREY}"/></style:style>
<text:list-style style:name="Bullets"><text:list-level-style-bullet text:level="1" text:bullet-char="•"><style:list-level-properties text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment text:label-followed-by="listtab" fo:text-indent="-0.5cm" fo:margin-left="0.8cm"/></style:list-level-properties></text:list-level-style-bullet></text:list-style>
</office:styles>
<office:automatic-styles><style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin-top="2cm" fo:margin-bottom="1.8cm" fo:margin-left="2.2cm" fo:margin-right="2.2cm"/><style:footer-style><style:header-footer-properties fo:min-height="0.8cm" fo:margin-top="0.4cm"/></style:footer-style></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"><style:footer><text:p text:style-name="Footer">{LANDLORD} · Liste d’adresses, sans donnée personnelle (N0) · page <text:page-number text:select-page="current"/></text:p></style:footer></style:master-page></office:master-styles>
</office:document-styles>
"""

META = f"""{XML}<office:document-meta {NAMESPACES} office:version="1.3"><office:meta>
<meta:generator>make_samples.py</meta:generator><dc:title>Note sur les halls occupés, semaine 44</dc:title>
<meta:initial-creator>{LANDLORD}</meta:initial-creator><dc:creator>{LANDLORD}</dc:creator>
<meta:creation-date>2026-10-23T09:00:00</meta:creation-date><dc:date>2026-10-23T09:00:00</dc:date><dc:language>fr-FR</dc:language>
</office:meta></office:document-meta>
"""

MIMETYPE = "application/vnd.oasis.opendocument.text"
MANIFEST = f"""{XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{MIMETYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
"""

HALLS = [  # site, hall, hours, estimated number, nature, since
    (0, "A", "18 h – 23 h", "6 à 8", "Occupation du hall", "S38"),
    (0, "B", "20 h – 1 h", "4 à 6", "Occupation, bruit", "S40"),
    (1, "C", "17 h – 22 h", "5", "Accès entravé", "S41"),
    (2, "B", "19 h – 24 h", "6 à 10", "Occupation du hall", "S36"),
    (4, "D", "21 h – 1 h", "3 à 5", "Bruit, détritus", "S42"),
    (5, "A", "18 h – 22 h", "5", "Occupation du sas", "S39"),
    (7, "B", "16 h – 21 h", "4 à 8", "Occupation, accès entravé", "S37"),
    (9, "A", "20 h – 23 h", "3", "Bruit", "S43"),
    (11, "A", "18 h – 1 h", "8", "Occupation du hall", "S36"),
    (11, "D", "22 h – 1 h", "4", "Occupation des caves", "S43"),
]


def note():
    """note-halls.odt."""
    p = lambda text, style="Standard": f'<text:p text:style-name="{style}">{escape(text)}</text:p>'
    h = lambda text: f'<text:h text:style-name="Heading_20_1" text:outline-level="1">{escape(text)}</text:h>'
    bullets = lambda items: ('<text:list text:style-name="Bullets">' + "".join(
        f"<text:list-item>{p(item)}</text:list-item>" for item in items) + "</text:list>")

    def row(cells, head=False):
        style, inner = ("HeadCell", "Head") if head else ("BodyCell", "Cell")
        return "<table:table-row>" + "".join(
            f'<table:table-cell table:style-name="{style}" office:value-type="string">{p(cell, inner)}'
            "</table:table-cell>" for cell in cells) + "</table:table-row>"

    widths = [5.3, 1.1, 2.6, 1.8, 4.0, 1.8]
    columns = "".join(f'<table:table-column table:style-name="C{i}"/>' for i in range(len(widths)))
    lines = "".join(row([f"{SITES[site][0]}, {SITES[site][1]}", *rest]) for site, *rest in HALLS)
    titles = row(["Adresse", "Hall", "Créneau", "Nombre", "Nature", "Depuis"], head=True)
    table = (f'<table:table table:name="Halls" table:style-name="Halls">{columns}'
             f"<table:table-header-rows>{titles}</table:table-header-rows>{lines}</table:table>")
    cell = '<style:style style:name="{}" style:family="table-cell"><style:table-cell-properties fo:padding="0.12cm" {}/></style:style>'
    styles = (
        '<style:style style:name="Halls" style:family="table"><style:table-properties style:width="16.6cm" '
        'table:align="margins" fo:margin-top="0.2cm" fo:margin-bottom="0.3cm"/></style:style>'
        + "".join(f'<style:style style:name="C{i}" style:family="table-column"><style:table-column-properties '
                  f'style:column-width="{width}cm"/></style:style>' for i, width in enumerate(widths))
        + cell.format("HeadCell", f'fo:background-color="{BLUE}"')
        + cell.format("BodyCell", f'fo:border-bottom="0.5pt solid {RULE}"'))
    body = "\n".join([
        p("Note sur les halls occupés", "Title"),
        p(f"{LANDLORD}, direction de la proximité – semaine 44 – 23 octobre 2026", "Subtitle"),
        p(f"À l’attention du policier référent, {DISTRICT[0].lower()}{DISTRICT[1:]}"),
        h("Objet"),
        p("En application de l’article 10 de la convention, voici la liste des halls dont l’occupation "
          "a été observée par nos équipes entre le 12 et le 22 octobre. Elle remplace celle de la semaine "
          "43. Elle ne contient que des adresses et des horaires : aucune personne n’y est nommée ni décrite."),
        h("Adresses"),
        table,
        p("Nombre : estimation des gardiens au moment le plus chargé. Depuis : semaine du premier signalement."),
        h("Évolution"),
        bullets([
            "Aucune occupation n’a été observée au 27 rue du Four-à-Tuiles ni au 33 rue du Lavoir-aux-Oies ; "
            "un passage de temps à autre y reste utile.",
            "Le hall D du 18 avenue de l’Ancien-Gazomètre est nouveau. La porte des caves ne fermait plus ; "
            "elle a été remplacée le 21 octobre.",
            "Au 2 mail de la Garancière, le créneau s’est décalé d’une heure vers le soir.",
        ]),
        h("Ce que nous faisons"),
        bullets([
            "Ferme-portes du 4 allée des Trois-Hérons (halls A et B) : intervention prévue le 28 octobre.",
            "Éclairage du 6 cours des Lanterniers : détecteurs posés, essai jusqu’au 15 novembre.",
            "Encombrants du 8 passage de l’Écluse-Morte : enlèvement chaque mardi matin.",
        ]),
        h("Ce que nous demandons"),
        p("Un passage par semaine au moins sur les trois adresses les plus anciennes de la liste, de préférence "
          "dans le créneau indiqué, et le retour prévu par l’article 10 : date, heure, passage effectué ou non, "
          "nombre de contrôles, de verbalisations et d’interpellations, constat matériel."),
        p("Nos gardiens ouvrent les locaux techniques sur appel de la patrouille, de 8 h à 20 h."),
        p(""),
        p("Noisemont-la-Ferté, le 23 octobre 2026", "Signature"),
        p("Le référent sûreté du bailleur", "Signature"),
    ])
    content = (f"{XML}<office:document-content {NAMESPACES} office:version=\"1.3\">"
               f"<office:automatic-styles>{styles}</office:automatic-styles>"
               f"<office:body><office:text>\n{body}\n</office:text></office:body></office:document-content>\n")

    # The format asks that "mimetype" comes first and is not compressed; nothing is, here.
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in [("mimetype", MIMETYPE), ("content.xml", content), ("styles.xml", STYLES),
                           ("meta.xml", META), ("META-INF/manifest.xml", MANIFEST)]:
            entry = zipfile.ZipInfo(name, (2026, 10, 23, 9, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, data.encode("utf-8"))
    return out.getvalue()


def main():
    """Writes or compares the three files."""
    folder, rows = pathlib.Path(__file__).resolve().parent, make_rows()
    files = {"patrouilles.csv": make_csv(rows), "bilan-patrouilles.pdf": report(rows), "note-halls.odt": note()}
    if sys.argv[1:] == ["--check"]:
        different = [name for name, data in files.items() if (folder / name).read_bytes() != data]
        print("\n".join(f"{name}: differs" for name in different) or "all three are the same")
        return 1 if different else 0
    if sys.argv[1:]:
        print("make_samples.py [--check]", file=sys.stderr)
        return 2
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
