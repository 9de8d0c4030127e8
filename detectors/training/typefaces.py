"""Words in several scripts, in typefaces that can draw them.

The typefaces come from Debian's font packages (see `train.sh`); they are used while training only. Words are partly common shop
phrases and partly random letters, so that the network learns the look of lettering and not a list of phrases.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONT_DIRS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))

WESTERN = ("Roboto-", "Lato-", "OpenSans-", "DejaVuSans", "DejaVuSerif", "LiberationS", "FreeSans", "FreeSerif", "NotoSans-",
           "NotoSerif-", "NotoSansDisplay-", "Comfortaa-")
LATIN_ONLY = ("Lobster", "BebasNeue", "DancingScript", "Quicksand", "C059", "Nimbus", "P052", "URWBookman", "URWGothic", "Z003")
SCRIPTS: dict[str, tuple[str, tuple[str, ...], float]] = {
    # script: letters to make words of, typeface file prefixes, share of all words
    "latin": ("abcdefghijklmnopqrstuvwxyzäöüßéèçñåøæłšžığ", WESTERN + LATIN_ONLY, 0.56),
    "cyrillic": ("абвгдежзийклмнопрстуфхцчшщыьэюяїєіћ", WESTERN, 0.09),
    "greek": ("αβγδεζηθικλμνξοπρστυφχψωάέή", ("Roboto-", "DejaVuSans", "LiberationS", "FreeSans", "NotoSans-", "NotoSerif-"), 0.04),
    "arabic": ("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", ("NotoSansArabic-", "NotoNaskhArabic-", "NotoKufiArabic-", "Amiri-"), 0.05),
    "hebrew": ("אבגדהוזחטיכלמנסעפצקרשת", ("NotoSansHebrew-", "NotoSerifHebrew-", "DejaVuSans"), 0.04),
    "han": ("特价新品包邮限时优惠热卖正品官方旗舰店促销买一送二折扣本店推荐高清质量保证夏季女装大码舒适", ("NotoSansCJK", "NotoSerifCJK"), 0.08),
    "kana": ("あいうえおかきくけこさしすせそたちつてとなにぬねのアイウエオカキクケコサシスセ送料無料新品", ("NotoSansCJK", "NotoSerifCJK"), 0.04),
    "hangul": ("무료배송특가신상품할인세일한정판매정품인기추천오늘만최저가국내당일발송", ("NotoSansCJK", "NotoSerifCJK"), 0.04),
    "thai": ("กขคงจฉชซญดตถทธนบปผฝพฟภมยรลวศสหอฮะาิีุู", ("NotoSansThai-", "NotoSerifThai-", "Garuda", "Loma"), 0.03),
    "devanagari": ("अआइईउऊएकखगघचछजझटठडढतथदधनपफबभमयरलवशसह", ("NotoSansDevanagari-", "NotoSerifDevanagari-"), 0.03),
}
PHRASES = {
    "latin": ("SALE", "NEW", "Best seller", "-20%", "50% OFF", "Free shipping", "Limited edition", "2 for 1", "Top quality", "Gratis Versand",
              "Neu", "Angebot", "Sonderpreis", "Nouveau", "Soldes", "Livraison gratuite", "Oferta", "Envío gratis", "Novedad", "Sconto",
              "Spedizione gratuita", "Promoção", "Frete grátis", "Uitverkoop", "Gratis levering", "Rea", "Fri frakt", "Tilbud", "Ale",
              "Wyprzedaż", "Darmowa dostawa", "Sleva", "İndirim", "Kampanya", "Giảm giá", "Diskon", "100% cotton", "Waterproof", "2 year warranty",
              "Original", "Premium", "Made in Italy", "Only today", "Hot deal", "Buy now", "Sold out", "Size M", "XL", "30 x 40 cm", "12 pcs",
              "Great for the whole family", "Soft and comfortable", "Machine washable", "Order before midnight", "www.shop-example.com"),
    "cyrillic": ("Скидка", "Новинка", "Распродажа", "Хит продаж", "Бесплатная доставка", "Акция", "Знижка", "Ново", "Нови модели"),
    "greek": ("Προσφορά", "Έκπτωση", "Νέο", "Δωρεάν αποστολή", "Μόνο σήμερα"),
    "arabic": ("تخفيضات", "جديد", "شحن مجاني", "عرض خاص", "خصم"),
    "hebrew": ("מבצע", "חדש", "משלוח חינם", "הנחה", "הכי נמכר"),
    "thai": ("ลดราคา", "ส่งฟรี", "สินค้าใหม่", "ขายดี"),
    "devanagari": ("छूट", "नया", "मुफ़्त डिलीवरी", "विशेष ऑफर"),
}
WESTERN_SCRIPTS = ("latin", "cyrillic", "greek")


class Typefaces:
    """The typefaces found on this machine, by script. Raises when a script has none: the set-up installs them all."""

    def __init__(self) -> None:
        files = sorted(str(path) for folder in FONT_DIRS for path in folder.rglob("*.[to]t[fc]"))
        self.by_script = {script: [f for f in files if _name(f).startswith(prefixes)] for script, (_, prefixes, _) in SCRIPTS.items()}
        missing = [script for script, found in self.by_script.items() if not found]
        if missing:
            raise SystemExit(f"no typefaces for {', '.join(missing)}: install the font packages named in `train.sh`")
        shares = np.array([share for _, _, share in SCRIPTS.values()])
        self._shares = shares / shares.sum()

    def words(self, rng: np.random.Generator, longest: int = 4) -> tuple[str, str]:
        """A script and a short text in it."""
        script = list(SCRIPTS)[rng.choice(len(SCRIPTS), p=self._shares)]
        roll = rng.random()
        if roll < 0.45 and script in PHRASES:
            text = PHRASES[script][rng.integers(len(PHRASES[script]))]
        elif roll < 0.6:
            script, text = ("latin", _price(rng))
        else:
            text = " ".join(_random_word(rng, script) for _ in range(rng.integers(1, longest + 1)))
        if script in WESTERN_SCRIPTS and rng.random() < 0.4:
            text = text.upper()
        return script, text

    def font(self, rng: np.random.Generator, script: str, height_px: float) -> ImageFont.FreeTypeFont:
        """A typeface that can draw `script` with letters about `height_px` high."""
        found = self.by_script[script]
        return _open_font(found[rng.integers(len(found))], int(np.clip(round(height_px * 1.3), 7, 160)))


def text_alpha(font: ImageFont.FreeTypeFont, lines: list[str], align: str = "left", stroke_px: int = 0) -> np.ndarray:
    """The lines' ink as 0..255, cropped to the ink; stroke makes letters fatter."""
    text = "\n".join(lines)
    probe = ImageDraw.Draw(Image.new("L", (1, 1)))
    left, top, right, bottom = probe.multiline_textbbox((0, 0), text, font=font, align=align, stroke_width=stroke_px, spacing=font.size * 0.25)
    size = (max(1, int(np.ceil(right - left)) + 2), max(1, int(np.ceil(bottom - top)) + 2))
    if size[0] * size[1] > 4_000_000:
        return np.zeros((1, 1), np.uint8)
    sheet = Image.new("L", size)
    ImageDraw.Draw(sheet).multiline_text((1 - left, 1 - top), text, fill=255, font=font, align=align, stroke_width=stroke_px, spacing=font.size * 0.25)
    return np.asarray(sheet)


def _name(path: str) -> str:
    return Path(path).name


@lru_cache(maxsize=400)
def _open_font(path: str, size: int) -> ImageFont.FreeTypeFont:
    index = 0 if not path.endswith(".ttc") else size % 4
    return ImageFont.truetype(path, size, index=index)


def _random_word(rng: np.random.Generator, script: str) -> str:
    letters = SCRIPTS[script][0]
    word = "".join(letters[rng.integers(len(letters))] for _ in range(rng.integers(2, 9)))
    return word.capitalize() if script in WESTERN_SCRIPTS and rng.random() < 0.5 else word


def _price(rng: np.random.Generator) -> str:
    sign = ("€", "$", "£", "¥", "₹", "zł", "kr", "")[rng.integers(8)]
    kind = rng.integers(5)
    if kind == 0:
        return f"{sign}{rng.integers(1, 999)}.{rng.integers(0, 99):02d}"
    if kind == 1:
        return f"{rng.integers(1, 999)},{rng.integers(0, 9)}9 {sign}".strip()
    if kind == 2:
        return f"-{rng.integers(5, 90)}%"
    if kind == 3:
        return f"{rng.integers(1, 200)} x {rng.integers(1, 200)} {('cm', 'mm', 'in')[rng.integers(3)]}"
    return f"{rng.integers(1, 9999)}"
