"""The parts of a policy pack about proof and appeals. Pure."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from aftersales.enums import Issue, Kind
from aftersales.policy_parts import Code, Data, Matcher, RuleNumbers, Words


class Checkpoint(Data):
    """One thing that whoever adds a proof confirms to have seen on it."""

    code: Code
    name: Words


FileKind = Literal["image", "pdf", "video"]
# An appeal type, or one of its grounds: "rights" or "rights.empty_or_missing".
AppealOrGround = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]


class SlotRule(Data):
    """One kind of proof: what it shows, which actions and appeals need it, what is confirmed with it."""

    code: Code
    rules: RuleNumbers = Field(default_factory=list)
    name: Words
    shows: Words
    example: str = Field(default="", pattern=r"^([a-z][a-z0-9_]*)?$")  # a drawing in config/static/desk/examples
    kinds: list[Kind] = Field(min_length=1)
    issues: list[Issue] = Field(default_factory=list)  # empty: every issue
    needed_for: list[str] = Field(default_factory=list)  # transitions that need one of their slots filled
    group: str = ""  # slots of one group count as one in a case's progress
    appeals: list[AppealOrGround] = Field(default_factory=list)  # appeals that it strengthens
    required_by: list[AppealOrGround] = Field(default_factory=list)  # appeals that the platform takes with it only
    takes: list[FileKind] = Field(default=["image", "pdf"], min_length=1)
    at_least: int = Field(default=1, ge=1, le=30)  # pieces, until the slot counts as filled without a doubt
    at_most: int = Field(default=9, ge=1, le=30)
    checklist: list[Checkpoint] = Field(default_factory=list)
    is_strict: bool = False  # taken only with the whole checklist confirmed; else it is kept with a warning (A12)
    source: Words | None = None
    as_of: date | None = None

    def helps(self, type: str, ground: str) -> bool:
        """Whether an appeal of this type on this ground asks for the slot."""
        return self.is_required_by(type, ground) or _names(self.appeals, type, ground)

    def is_required_by(self, type: str, ground: str) -> bool:
        return _names(self.required_by, type, ground)


def _names(entries: list[str], type: str, ground: str) -> bool:
    return type in entries or f"{type}.{ground}" in entries


class Ground(Data):
    code: Code
    name: Words


class Quota(Data):
    """How many appeals of a type a shop may file in a calendar month; a won one is given back (PD-30, PD-31, A10)."""

    a_month: int = Field(ge=1, le=1000)


class AppealRule(Data):
    """One type of appeal.

    `window` names the clock of the same pack in which it is filed. Without one the platform states no time: it is
    filed for cases of `kinds` once one of `needs` has happened (if it names any), and not after any of `not_after`.
    """

    code: Code
    rules: RuleNumbers = Field(default_factory=list)
    name: Words
    window: str = ""
    gate: str = ""  # a clock with clock = gate: the window opens at its end, if that is later (A1)
    kinds: list[Kind] = Field(default_factory=list)
    needs: list[Matcher] = Field(default_factory=list)
    not_after: list[Matcher] = Field(default_factory=list)
    items: list[Literal["liability", "payment", "freight"]] = Field(default_factory=list)
    grounds: list[Ground] = Field(min_length=1)
    statement_max: int = Field(default=300, ge=1)
    evidence_min: int = Field(default=1, ge=0)
    orders_max: int = Field(default=1, ge=1, le=100)  # orders of one filing (PD-32)
    quota: Quota | None = None
    is_reconsidered: bool = False  # a lost one may be filed once more, with other proof (2B)
    locks_order: bool = False  # a lost item locks the order against another appeal
    source: Words | None = None
    as_of: date | None = None

    @model_validator(mode="after")
    def _has_one_way_in(self) -> Self:
        if bool(self.window) == bool(self.kinds):
            raise ValueError(_("give either the window, or the kinds of cases that it is for"))
        if self.window and (self.needs or self.not_after):
            raise ValueError(_("needs and not_after are for appeals without a window"))
        if self.gate and not self.window:
            raise ValueError(_("a gate opens a window: name that as well"))
        if self.orders_max > 1 and (self.window or self.items):
            raise ValueError(_("an appeal about several orders has no window and no items"))
        return self


class Destination(Data):
    """What a packet is made for, and what its form takes. Sizes are bytes, of each file.

    `images`: at least `images_min` and at most `images_max` pictures, and up to `extra_images` more where the form has
    a second, optional place; `warn_bytes` to `refuse_bytes` may be refused there (A11). `archive`: for the shop's own
    shelf, with the originals inside.
    """

    code: Code
    rules: RuleNumbers = Field(default_factory=list)
    name: Words
    says: Words  # what its form takes, for whoever chooses
    form: Literal["pdf", "images", "archive"]
    images_min: int = Field(default=1, ge=0, le=30)
    images_max: int = Field(default=0, ge=0, le=30)
    extra_images: int = Field(default=0, ge=0, le=30)
    warn_bytes: int | None = Field(default=None, gt=0)
    refuse_bytes: int | None = Field(default=None, gt=0)
    masks: bool = False  # personal data, unless whoever builds says otherwise
    files_appeals: bool = True  # an appeal can be handed in with it
    source: Words | None = None
    as_of: date | None = None

    @model_validator(mode="after")
    def _fits_its_form(self) -> Self:
        if (self.form == "images") != (self.images_max > 0):
            raise ValueError(_("images_max says how many pictures a form of pictures takes, and nothing else has one"))
        if self.form == "images" and self.images_min > self.images_max:
            raise ValueError(_("images_min is at most images_max"))
        if self.warn_bytes and self.refuse_bytes and self.warn_bytes > self.refuse_bytes:
            raise ValueError(_("warn_bytes is at most refuse_bytes"))
        return self
