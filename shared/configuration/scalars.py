"""The small types that values of the file are read into: names, durations, languages, countries, texts, times.

Each takes what the file holds and gives what the app works with, or raises ValueError that says what was expected.
"""

import importlib.resources
import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, StringConstraints, WithJsonSchema

from shared.configuration.placeholders import NAMES, REPLY_TEXT, TextTemplate
from shared.configuration.problems import did_you_mean, shown
from shared.vocabulary.invisible import shows_nothing
from shared.vocabulary.languages import whatsapp_spelling
from shared.vocabulary.limits import LONGEST_VALUE

MAX_TEXT = 4096
"""Characters of a WhatsApp text message."""
MAX_TAG = 64
"""Characters of a tag."""

_HOST = re.compile(r"(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}", re.ASCII)
_SUBDIVISION = r"[A-Za-z0-9][A-Za-z0-9 -]{0,63}"
_TIME_RANGE = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d|24:00)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ID_AT_META = r"[0-9]{5,32}"
_PHONE_NUMBER = r"\+[1-9][0-9]{5,14}"
_LANGUAGE = r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*"
_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
_TEMPLATE_NAME = r"[a-z0-9_]{1,512}"
_VARIABLE = r"[^\s:|{}]{1,100}"
_VARIABLE_NAME = re.compile(_VARIABLE)
_COUNTRY_CODES = (
    "AC AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ"
    " CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR"
    " GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO"
    " JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR"
    " MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO"
    " RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT"
    " TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)
_COUNTRIES = frozenset(_COUNTRY_CODES.split())
"""ISO 3166-1 alpha-2, and the codes AC, TA and XK that telephone numbering uses beside them."""


class Weekday(StrEnum):
    """The days of the week, Monday first."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRange:
    """Open from `opens` to `closes`, local wall time; `closes` at or before `opens` is on the next day."""

    opens: time
    closes: time

    @classmethod
    def all_day(cls) -> "TimeRange":
        """Return the range from midnight to midnight."""
        return cls(opens=time(), closes=time())


def written(value: Any) -> Any:
    """Return a number as the text that was written: only numbers that print as written are read as numbers."""
    return str(value) if type(value) in (int, float) else value


def read_by(parse: Callable[[str], Any], expected: str) -> PlainValidator:
    """Read a text with `parse`, whose None means that the text is not what was expected."""

    def validate(value: Any) -> Any:
        text = written(value)
        parsed = parse(text) if isinstance(text, str) else None
        if parsed is None:
            raise ValueError(f"expected {expected}{shown(text)}")
        return parsed

    return PlainValidator(validate)


def _full_match(pattern: str) -> Callable[[str], str | None]:
    compiled = re.compile(pattern)
    return lambda text: text if compiled.fullmatch(text) else None


def _variable(text: str) -> str | None:
    name = text.removeprefix("var.")
    return text if _VARIABLE_NAME.fullmatch(name) and not shows_nothing(name) else None


def _variable_field(text: str) -> str | None:
    return _variable(text) if text.startswith("var.") else None


def _language(text: str) -> str | None:
    return whatsapp_spelling(text) if re.fullmatch(_LANGUAGE, text) else None


def _guid(text: str) -> str | None:
    return text.lower() if _GUID.fullmatch(text) else None


def _country(text: str) -> str | None:
    if text.upper() == "UK":
        raise ValueError("the United Kingdom is GB")
    return text.upper() if text.upper() in _COUNTRIES else None


@cache
def _time_zones() -> frozenset[str]:
    """Return the names of IANA's time zones; a machine's own, such as `localtime`, say something else on each."""
    names = importlib.resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(names.split()) - {"Factory"}


def _time_zone(text: str) -> zoneinfo.ZoneInfo:
    known = _time_zones()
    if text not in known:
        raise ValueError(f"expected a time zone such as Europe/Paris{shown(text)}{did_you_mean(text, known)}")
    return zoneinfo.ZoneInfo(text)


def _time_range(text: str) -> TimeRange | None:
    match = _TIME_RANGE.fullmatch(text)
    if not match or match[1] == match[2]:
        return None
    opens, closes = time.fromisoformat(match[1]), time.fromisoformat(match[2].replace("24:", "00:"))
    return TimeRange(opens=opens, closes=closes)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _weekdays(text: str) -> tuple[Weekday, ...] | None:
    first, dash, last = text.partition("-")
    week = list(Weekday)
    if first not in week or (dash and last not in week):
        return None
    start, end = week.index(Weekday(first)), week.index(Weekday(last or first))
    return tuple(week[start : end + 1] if start <= end else week[start:] + week[: end + 1])


def _value(value: Any) -> Any:
    if type(value) not in (str, int, float, bool) or len(str(value)) > LONGEST_VALUE:
        raise ValueError(f"expected a text of at most {LONGEST_VALUE:,} characters, a number, true or false")
    return value


def _number(value: Any) -> Any:
    if type(value) not in (int, float):
        raise ValueError("expected a number")
    return value


def _message(text: str) -> TextTemplate:
    return _of_right_length(TextTemplate.parse(text))


def _parameter(text: str) -> TextTemplate:
    return _of_right_length(TextTemplate.parse(text, (*NAMES, REPLY_TEXT)))


def _of_right_length(template: TextTemplate) -> TextTemplate:
    visible("".join(part if isinstance(part, str) else part.name for part in template.parts))
    if sum(len(part) for part in template.parts if isinstance(part, str)) > MAX_TEXT:
        raise ValueError(f"longer than the {MAX_TEXT:,} characters that WhatsApp takes")
    return template


def visible(text: str) -> str:
    """Refuse a text of which nobody sees anything."""
    if shows_nothing(text):
        raise ValueError("expected some text")
    return text


def _short(text: str) -> str:
    if len(text) > MAX_TAG:
        raise ValueError(f"longer than {MAX_TAG} characters")
    return text


def _channel_id(text: str) -> str | None:
    return _guid(text) or (text if re.fullmatch(_ID_AT_META, text) else None)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _host(text: str) -> str | None:
    return text.lower() if _HOST.fullmatch(text) else None


def like(pattern: str) -> WithJsonSchema:
    """Describe a text by a regular expression, for the JSON Schema."""
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"})


_written_text = BeforeValidator(written, json_schema_input_type=str | int | float)
string = WithJsonSchema({"type": "string"})

# The types that conditions are built from are `type` statements: these have a name of their own in the JSON Schema.
type Text = Annotated[str, _written_text, StringConstraints(min_length=1, max_length=MAX_TEXT)]
Label = Annotated[Text, AfterValidator(visible)]
"""A text that people see: the name of a rule, a keyword, a button."""
Tag = Annotated[Label, AfterValidator(_short)]
"""A word that conversations and texts are sorted by."""
Name = Annotated[
    str,
    read_by(_full_match(_NAME), "a name of at most 64 letters (without accents), digits, - and _"),
    like(_NAME),
]
TemplateName = Annotated[
    str,
    read_by(_full_match(_TEMPLATE_NAME), "a name as WhatsApp has it: at most 512 small letters a-z, digits and _"),
    like(_TEMPLATE_NAME),
]
Language = Annotated[str, read_by(_language, "a language such as fr or en_US"), like(_LANGUAGE)]
"""Written as people do, `pt-BR`, `pt_br` or `pt_BR`; read as WhatsApp spells it."""
PhoneNumber = Annotated[
    str, read_by(_full_match(_PHONE_NUMBER), "a phone number such as +33123456789"), like(_PHONE_NUMBER)
]
ChannelId = Annotated[
    str,
    read_by(
        _channel_id,
        'the GUID of the channel registration, or the phone number id at Meta, such as "106540352242922"',
    ),
    string,
]
AccountId = Annotated[
    str,
    read_by(_full_match(_ID_AT_META), 'the id of a WhatsApp Business Account, such as "102290129340398"'),
    like(_ID_AT_META),
]
Moment = Annotated[
    datetime,
    read_by(_moment, "a time with its offset, such as 2027-03-01T03:00:00Z"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
type Country = Annotated[
    str, read_by(_country, "a country in two letters of ISO 3166, such as FR"), like("[A-Za-z]{2}")
]

type Boolean = Annotated[bool, Field(strict=True)]
WholeNumber = Annotated[int, Field(strict=True)]
Number = Annotated[int | float, PlainValidator(_number), WithJsonSchema({"type": "number"})]
type Value = Annotated[
    str | int | float | bool, PlainValidator(_value), WithJsonSchema({"type": ["string", "number", "boolean"]})
]
"""The value of a conversation's variable, and what a condition compares it with."""
VariableName = Annotated[
    str, read_by(_variable, "a name of at most 100 characters without spaces, :, |, { and }"), like(_VARIABLE)
]
VariableField = Annotated[str, read_by(_variable_field, "var. and the name of a variable"), like(rf"var\.{_VARIABLE}")]

TimeZone = Annotated[zoneinfo.ZoneInfo, read_by(_time_zone, "a time zone such as Europe/Paris"), string]
OpeningTimes = Annotated[
    TimeRange,
    read_by(_time_range, "a range such as 09:00-12:30, or 22:00-06:00 over midnight"),
    like("[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}"),
]
Weekdays = Annotated[
    tuple[Weekday, ...],
    read_by(_weekdays, "a day such as mon, or days such as mon-fri"),
    like("[a-z]{3}(-[a-z]{3})?"),
]
Day = Annotated[date, read_by(_date, "a date such as 2026-12-24"), WithJsonSchema({"type": "string", "format": "date"})]

MessageText = Annotated[TextTemplate, read_by(_message, "a text"), string]
ParameterText = Annotated[TextTemplate, read_by(_parameter, "a text"), string]
HostName = Annotated[str, read_by(_host, "the name of a host, such as files.shop.example"), string]
Subdivision = Annotated[
    str, read_by(_full_match(_SUBDIVISION), "the code of a part of the country, such as 57 in FR"), like(_SUBDIVISION)
]
