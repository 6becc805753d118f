"""Names of units that have a meaning of their own, the numbers of nouns, and units in Chinese."""

from __future__ import annotations

from grammar.names import chinese
from grammar.phrases import Said, phrase

# Currency codes of ISO 4217 in use.
CURRENCIES = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP "
    "GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS "
    "KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
    "MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF "
    "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD "
    "TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW".split()
)

TIME_NAMES = frozenset("hour hours day days minute minutes 小时 天 日 分钟".split())

# Ratios that are not read in percent: a stock that is turned over 4.2 times.
PLAIN_NUMBERS = frozenset(
    "number ratio times time index factor multiple score 倍 倍数 比值 指数 系数".split()
)

# Stretches of time that are counted, not measured: they do not cancel customers or orders.
CALENDAR_THINGS = frozenset(
    "week month quarter half year period 周 月 个月 季 季度 半年 年 期".split()
)

_IRREGULAR = {"people": "person", "persons": "person"}
_PEOPLE = {"person": "people"}


def singular(noun: str) -> str:
    """`customers` and `Customer` are one thing; words of other scripts stay as they are."""
    word = noun.casefold()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if not word.isascii() or len(word) < 4:
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def plural(noun: str) -> str:
    """As the count is called in a message."""
    if noun in _PEOPLE:
        return _PEOPLE[noun]
    if not noun.isascii() or not noun[-1:].isalpha():
        return noun
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def unit_name(written: str, language: str) -> str:
    """A unit as sentences of that language call it: `customer` is 人; others stay as written."""
    if language != "zh":
        return written
    known = (chinese("units", each) for each in (written, plural(written)))
    named = next((each for each in known if not each.isascii()), written)
    return str(phrase("unit", named, language))


def unit_words(unit: str, language: str) -> str:
    """A whole unit: `CNY per customer` is 元/人."""
    if language != "zh":
        return unit
    parts = (part.split(" × ") for part in unit.split(" per "))
    return "/".join(" × ".join(unit_name(each, language) for each in part) for part in parts)


def worded(unit: object) -> Said:
    """A unit for a message, in the words of each language."""
    return Said(str(unit), unit_words(str(unit), "zh"))
