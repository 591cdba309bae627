"""Forms of badges: the designer, and what is to be printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from eventsapp.conferences.models import Conference
from eventsapp.core import locale
from eventsapp.core.forms import (
    CheckboxesField,
    ChoiceField,
    EnumField,
    Form,
    LocalDateTimeField,
    RadiosField,
    RowField,
    RowsField,
    TextField,
    TranslatedField,
    fail,
)
from eventsapp.core.templating import language_name
from eventsapp.core.translations import pick
from eventsapp.registration.badges import samples
from eventsapp.registration.badges.design import OF_PERSON, Align, Design, NameSize, Part, Place
from eventsapp.registration.badges.models import Badge, BadgeTemplate
from eventsapp.registration.badges.printing import Who
from eventsapp.registration.badges.templates import TemplateData
from eventsapp.registration.enums import BadgePaper
from eventsapp.registration.models import Category

PAPERS: Final[Mapping[BadgePaper, object]] = {
    BadgePaper.A6: _l("A6, one on a page"),
    BadgePaper.A4_FOUR: _l("A4, four on a page, to cut"),
    BadgePaper.PRINTER: _l("Badge printer, 86 × 124 mm"),
}
PARTS: Final[Mapping[Part, object]] = {
    Part.PHOTO: _l("Photo"),
    Part.ORIGINAL_NAME: _l("Name in the person’s own script"),
    Part.JOB_TITLE: _l("Function"),
    Part.ORGANIZATION: _l("Organization"),
    Part.COUNTRY: _l("Country"),
    Part.LEVELS: _l("Access marks"),
    Part.CODE: _l("Code for the doors"),
    Part.CONFERENCE: _l("Name of the conference"),
    Part.PICTURE: _l("Picture of the conference"),
    Part.HOLE: _l("Room for the hole"),
}
NAME_SIZES: Final[Mapping[NameSize, object]] = {
    NameSize.MEDIUM: _l("Medium"),
    NameSize.LARGE: _l("Large"),
    NameSize.HUGE: _l("Very large"),
}
ALIGNS: Final[Mapping[Align, object]] = {
    Align.CENTER: _l("In the middle"),
    Align.START: _l("At the side where reading begins"),
}
PLACES: Final[Mapping[Place, object]] = {Place.BOTTOM: _l("At the bottom"), Place.TOP: _l("At the top")}
WHO: Final[Mapping[Who, object]] = {
    Who.NEW: _l("What is new: never printed, or changed since"),
    Who.SINCE: _l("Everybody registered since the time below"),
    Who.ALL: _l("Everybody"),
}


class _EnumRadios(RadiosField):
    """A member of an enum, as radio buttons."""

    def __init__(self, label: object, *, labels: Mapping[Any, object], **more: Any) -> None:
        super().__init__(label, choices=list(labels.items()), required=True, **more)


class TemplateForm(Form):
    """The designer."""

    names = TranslatedField(_l("Name"), required_in="default", max_length=100)
    categories = RowsField(_l("Categories with these badges"))
    paper = _EnumRadios(_l("Paper"), labels=PAPERS)
    parts = CheckboxesField(_l("What stands on it"), choices=list(PARTS.items()))
    name_size = _EnumRadios(
        _l("Size of the name"), labels=NAME_SIZES, description=_l("Long names become smaller until they fit.")
    )
    align = _EnumRadios(_l("Text"), labels=ALIGNS)
    band = _EnumRadios(_l("Coloured band with the category"), labels=PLACES)
    language = ChoiceField(_l("Language of the badge"), required=True)
    example = ChoiceField(
        _l("Example"), required=True, description=_l("Whose badge the picture shows. It is not kept.")
    )

    def offer(self, conference: Conference, categories: list[Category]) -> None:
        """Offer the conference's categories and languages."""
        spoken, default = locale.current(), conference.default_language
        self.categories.choices = [(one.id, pick(one.names, spoken, default)) for one in categories]
        self.language.choices = [
            *(
                (code, language_name(code))
                for code in (default, *(c for c in conference.languages if c != default))
            ),
            (OF_PERSON, _("The person’s own")),
        ]
        self.example.choices = list(samples.LABELS.items())

    def design(self) -> Design:
        """Return what was chosen, as far as it can be taken."""
        return Design.of(
            {
                "parts": [part.value for part in self.parts.data or []],
                "name_size": self.name_size.data,
                "align": self.align.data,
                "band": self.band.data,
                "language": self.language.data,
            }
        )

    def template_data(self) -> TemplateData:
        """Return what a valid form says."""
        return TemplateData(self.names.data, self.paper.data, self.design(), list(self.categories.data or []))


def values_of(
    template: BadgeTemplate | None, conference: Conference, categories: list[Category]
) -> dict[str, Any]:
    """Return what the designer begins with; None: a new template, for the categories that have none."""
    design = Design.of(template.design if template else {})
    mine = template.id if template else None
    return {
        "names": template.names if template else {},
        "categories": [one.id for one in categories if one.badge_template_id == mine],
        "paper": template.paper if template else BadgePaper.A6,
        "parts": list(design.parts),
        "name_size": design.name_size,
        "align": design.align,
        "band": design.band,
        "language": design.language or conference.default_language,
        "example": samples.FIRST,
    }


def asked(arguments: MultiDict[str, str]) -> tuple[Design, BadgePaper, str]:
    """Return the design, the paper and the example that an address asks for; what is unknown is as it is by default."""
    design = Design.of(
        {"parts": arguments.getlist("parts"), **{name: arguments.get(name) for name in ("name_size", "align", "band", "language")}}
    )  # fmt: skip
    paper = arguments.get("paper", "")
    example = arguments.get("example", "")
    return (
        design,
        BadgePaper(paper) if paper in list(BadgePaper) else BadgePaper.A6,
        example if example in samples.LABELS else samples.FIRST,
    )


class PrintForm(Form):
    """Whose badges are printed."""

    who = _EnumRadios(_l("Whose badges"), labels=WHO)
    since = LocalDateTimeField(_l("Registered since"))
    category = RowField(_l("Category"), blank=_l("All categories"))
    paper = EnumField(_l("Paper"), labels=PAPERS, blank=_l("As the template says"))

    def offer(self, conference: Conference, categories: list[tuple[int, Mapping[str, str]]]) -> None:
        """Offer the conference's categories."""
        self.category.choices = [
            (id_, pick(names, locale.current(), conference.default_language)) for id_, names in categories
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the time where it is needed."""
        good = super().validate(extra_validators)
        if self.who.data is Who.SINCE and self.since.data is None and not self.since.errors:
            fail(self.since, _("Say since when."))
            good = False
        return bool(good)


class RevokeForm(Form):
    """Why a badge is made worthless."""

    why = TextField(_l("Reason"), required=True, max_length=Badge.revoked_why)
