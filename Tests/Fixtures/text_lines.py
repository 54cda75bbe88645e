"""Lines of text in many scripts, with what captions can hold: references of HTML, curly quotes, ligatures, controls.

C1 controls are left out, and Å twice in a row, by which ftfy takes a text for one that was decoded by the wrong encoding; and letters
that are too new for the Unicode of Hugging Face's tokenizers.
"""
import random
import unicodedata

WORDS = """
a red bicycle on the beach The Dog's bowl it's they'll we've I'm you'd cats' 3,000 photos of 2 zebras in 1999 café naïve
Größe Straße Łódź Ångström İstanbul ŒUVRE façade señor crème brûlée ﬁne ﬂow oﬃce Ǆungla ŉ ß ẞ ſt
Ποδήλατο ΟΔΟΣ ΣΊΣΥΦΟΣ όραση Велосипед собака Ёлка київ ӘӨҮ қала أحمر دراجة كلب ١٢٣ سگ دوچرخه אופניים כלב לָבָן
साइकिल कुत्ता हिन्दी বাইসাইকেল ਸਾਈਕਲ சைக்கிள் సైకిల్ ಬೈಸಿಕಲ್ സൈക്കിൾ සයිකලය จักรยาน หมา ລົດຖີບ စက်ဘီး កង់ སྐོར་རྩེད
자전거 개 한국어 じてんしゃ イヌ ｱｲｳ 自転車 红色的自行车 狗 犬 國語 ቢስክሌት велогpyć ᏣᎳᎩ ᚠᚢᚦ 𝒥ohn 𐍈 ꧋ ⴰⵣⵓⵍ
🚲 👨‍👩‍👧 🏴󠁧󠁢󠁷󠁬󠁳󠁿 ☂️ ♥ ½ ² ⅷ № ™ © 5€ £3 ¥ ∑ √2 ±1 10° x² a_b snake_case camelCase e-mail@example.org https://a.b/c?d=e&f=g
&amp; &lt;b&gt; &eacute; &EACUTE; &#233; &#xE9; &#x1F6B2; &ampersand &copy2024 &nbsp; &hellip; &unknown; AT&T R&D &notit;
“curly” ‘single’ „low“ «guillemets» don’t … – — − ％ ＡＢＣ １２３ ！？ 　 ﾊﾟ ㎏ ①
<|startoftext|> <|endoftext|> <start_of_text> <end_of_text> <b>bold</b> !!! ... ?! (a) [b] {c} #tag @name $1 50% a+b=c ~ ` ^ | \\\\ / *
ééé Å ạ̈ é ñ q̣̇ 각 がぎ ΐ ÿ
""".split()

SPACES = [" ", " ", " ", " ", " ", " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2003", "\u3000", "\u2028", "\u200b", ""]


def lines(count, seed=1):
    source = random.Random(seed)
    assigned = [c for c in map(chr, range(0x20, 0x2FA20))
                if unicodedata.category(c) not in ("Cn", "Cs", "Co") and not ("\x80" <= c <= "\x9f" or "\ua7f2" <= c <= "\ua7f4")]
    result = ["", " ", "a", "\n", "A photo of a cat.", "x" * 40, "a " * 90, "日本語" * 30]
    while len(result) < count:
        kind = source.random()
        parts = []
        for _ in range(source.randint(1, 12)):
            if kind < 0.8:
                word = source.choice(WORDS)
                if source.random() < 0.1: word = word.upper()
                if source.random() < 0.05: word = unicodedata.normalize("NFD", word)
            else:
                word = "".join(source.choice(assigned) for _ in range(source.randint(1, 6)))
            parts += [word, source.choice(SPACES)]
        if source.random() < 0.05: parts.insert(0, source.choice(["\x07", "\x1b[31m", "\ufeff", "\x1c"]))
        result.append("".join(parts))
    return result
