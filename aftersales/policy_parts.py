"""What every entry of a policy pack is made of: words, rule numbers, matches of facts. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from aftersales.enums import EventType

if TYPE_CHECKING:
    from collections.abc import Mapping

RuleNumbers = list[Annotated[str, Field(pattern=r"^(KS|TM|DY|TT|PD)-\d{2}$")]]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Hours = Annotated[float, Field(gt=0, le=366 * 24)]


class Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Coded(Protocol):
    @property
    def code(self) -> str: ...


class Words(Data):
    """A text of a pack in both languages of the interface."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Consequence(Words):
    """What a breach costs; `money` names the case's amount that is at stake."""

    money: Literal["refund_amount", "none"] = "none"


class Match(Data):
    """Which facts count: an event type and, where given, values its data must have."""

    type: EventType
    where: dict[str, bool | int | float | str] = Field(default_factory=dict)

    def accepts(self, event_type: str, data: Mapping[str, Any]) -> bool:
        return event_type == self.type and all(data.get(key) == value for key, value in self.where.items())


def _as_match(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


Matcher = Annotated[Match, BeforeValidator(_as_match)]
AnyOf = Annotated[list[Matcher], BeforeValidator(lambda value: value if isinstance(value, list) else [value])]
