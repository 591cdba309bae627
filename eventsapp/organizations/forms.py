"""Forms of the directory, and the field by which other forms choose an organization."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from eventsapp.core import templating
from eventsapp.core.forms import (
    BooleanField,
    CountryField,
    EmailAddress,
    EnumField,
    Form,
    LanguageField,
    ListField,
    Option,
    PictureField,
    SlugField,
    TextField,
    TranslatedField,
    UrlField,
)
from eventsapp.core.translations import LANGUAGES
from eventsapp.organizations import queries
from eventsapp.organizations.enums import OrganizationType
from eventsapp.organizations.models import Organization
from eventsapp.organizations.queries import Candidate
from eventsapp.organizations.service import OrganizationData

ORGANIZATION_TYPES: Mapping[OrganizationType, object] = {
    OrganizationType.MEMBER_STATE: _l("Member State"),
    OrganizationType.UN_ENTITY: _l("UN entity"),
    OrganizationType.INTERGOVERNMENTAL: _l("Intergovernmental organization"),
    OrganizationType.LOCAL_GOVERNMENT: _l("Local or regional government"),
    OrganizationType.NGO: _l("Non-governmental organization"),
    OrganizationType.ACADEMIA: _l("Academia"),
    OrganizationType.PRIVATE_SECTOR: _l("Private sector"),
    OrganizationType.FOUNDATION: _l("Foundation"),
    OrganizationType.PROFESSIONAL_ASSOCIATION: _l("Professional association"),
    OrganizationType.NETWORK: _l("Network"),
    OrganizationType.OTHER: _l("Other"),
}

IN_ALL_LANGUAGES: Mapping[str, Any] = {"meta": {"languages": list(LANGUAGES), "default_language": "en"}}
"""What a form about an organization is made with: no conference says its languages."""


class OrganizationForm(Form):
    """All of an organization."""

    names = TranslatedField(_l("Name"), required_in="any", max_length=250)
    acronyms = TranslatedField(_l("Acronym"), max_length=40)
    aliases = ListField(
        _l("Other names"),
        max_length=250,
        max_items=30,
        description=_l("Former names, other spellings: it is found by them too. One on each line."),
    )
    type = EnumField(_l("Type"), labels=ORGANIZATION_TYPES, required=True)
    country = CountryField(_l("Country"), blank=_l("International, or not known"))
    website = UrlField(_l("Website"), max_length=Organization.website)
    slug = SlugField(_l("Address"), max_length=Organization.slug)
    logo = PictureField(_l("Logo"), width=640, height=640)
    contact_email = EmailAddress(
        _l("Contact: e-mail"),
        max_length=Organization.contact_email,
        description=_l("Told of changes to the programme. Never shown to the public."),
    )
    contact_language = LanguageField(_l("Language of messages"), blank=_l("As the conference"))

    def organization_data(self) -> OrganizationData:
        """Return what was typed, for the service; inside ``saving(form)``, as a logo may be refused."""
        return OrganizationData(
            type=self.type.data,
            names=self.names.data,
            acronyms=self.acronyms.data,
            aliases=tuple(self.aliases.data),
            country=self.country.data,
            website=self.website.data,
            logo=self.logo.store(),
            contact_email=self.contact_email.data,
            contact_language=self.contact_language.data,
        )


class NewOrganizationForm(OrganizationForm):
    """The same for one that is new. ``anyway`` is asked for when the directory seems to have it already."""

    anyway = BooleanField(_l("It is another organization: add it all the same"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.slug.description = _l("Made of the acronym or the name when it is left empty.")


# --- choosing one in another form


class _Names:
    """Names of organizations that the forms of one request show or mean, read together instead of one by one."""

    def __init__(self) -> None:
        self.wanted_ids: set[int] = set()
        self.by_id: dict[int, Candidate | None] = {}
        self.wanted_texts: dict[str, int | None] = {}
        """Typed texts, each with the id of the organization that the field had before."""
        self.by_text: dict[str, list[Candidate]] = {}

    def of_id(self, id_: int) -> Candidate | None:
        if id_ not in self.by_id:
            asked = self.wanted_ids | {id_}
            found = queries.by_ids(asked)
            self.by_id.update({one: found.get(one) for one in asked})
            self.wanted_ids.clear()
        return self.by_id[id_]

    def called(self, text: str) -> list[Candidate]:
        if text not in self.by_text:
            others = [
                typed for typed, kept_id in self.wanted_texts.items() if not self.is_still(typed, kept_id)
            ]
            self.by_text.update(queries.called([*others, text]))
            self.wanted_texts.clear()
        return self.by_text[text]

    def is_still(self, text: str, kept_id: int | None) -> bool:
        """Return whether ``text`` is how the organization that the field had before is shown."""
        kept = self.of_id(kept_id) if kept_id is not None else None
        return kept is not None and text in (kept.label, kept.exact)


def _names() -> _Names:
    kept: _Names = g.setdefault("organization_names", _Names())
    return kept


class OrganizationField(TextField):
    """An organization of the directory, typed by name or acronym in any language; ``data`` is its id or None.

    A text that means exactly one organization is that one. For one that means several, or none, the page shows radio
    buttons (``candidates``) to choose from; scripts offer them while typing (``static/js/organizations.js``).
    With ``allow_new`` a name that the directory does not have is taken: ``data`` is None and ``new_name`` the name.
    """

    widget = TextInput()
    layout = "organization"

    def __init__(self, label: object = None, *args: Any, allow_new: bool = False, **more: Any) -> None:
        more.setdefault("max_length", 300)
        more.setdefault(
            "description",
            _l("Name or acronym.") if allow_new else _l("Name or acronym, as the directory has it."),
        )
        super().__init__(label, *args, **more)
        self.allow_new = allow_new
        self.new_name: str | None = None
        self.typed: str | None = None
        self.picked: str = ""
        self.candidates: list[Candidate] = []

    def process_data(self, value: Any) -> None:
        """Take an id. For a registration with an organization of its own wording, set ``new_name`` after."""
        self.data = value if isinstance(value, int) and not isinstance(value, bool) else None
        if self.data is not None:
            _names().wanted_ids.add(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.kept_id = self.data if isinstance(self.data, int) else None
        first = valuelist[0] if valuelist else ""
        self.typed = self.clean(first) if isinstance(first, str) else ""
        self.picked = request.form.get(f"{self.name}-pick", "")[:20]
        if self.typed:
            _names().wanted_texts[self.typed] = self.kept_id
        # Until it is validated: what was typed, so that "required" sees that there is something.
        self.data = None

    def pre_validate(self, form: Any) -> None:
        if self.typed is None:
            return
        self.data, self.new_name = None, None
        if not self.typed:
            return
        if len(self.typed) > self.max_length:
            raise StopValidation(
                _(
                    "Use at most %(most)d characters; these are %(count)d.",
                    most=self.max_length,
                    count=len(self.typed),
                )
            )
        if _names().is_still(self.typed, self.kept_id):
            self.data = self.kept_id
            return
        exact = _names().called(self.typed)
        if len(exact) == 1:
            self.data = exact[0].id
            return
        self._choose(exact)

    def _choose(self, exact: Sequence[Candidate]) -> None:
        """Take the radio button that was chosen, or refuse with the candidates."""
        self.candidates = (
            list(exact[:20]) if exact else ([] if self.allow_new else queries.near(self.typed or ""))
        )
        by_id = {str(one.id): one for one in self.candidates}
        if self.picked in by_id:
            self.data = by_id[self.picked].id
        elif self.allow_new and (not exact or self.picked == "new"):
            self.new_name = self.typed
            # Filled, though not by the directory: see Required.
            self.data = None
            raise StopValidation
        elif exact:
            raise StopValidation(_("Several organizations are called so. Choose the one that is meant."))
        elif self.candidates:
            raise StopValidation(
                _("The directory has no organization of exactly this name. Is it one of these?")
            )
        else:
            raise StopValidation(_("The directory has no organization of this name or acronym."))

    @property
    def options(self) -> list[Option]:
        """The candidates as radio buttons; nothing while the text is clear."""
        if not self.errors:
            return []
        made = [
            Option(
                str(one.id),
                self._told_apart(one),
                str(one.id) == self.picked,
                f"{self.id}-pick-{number}",
            )
            for number, one in enumerate(self.candidates)
        ]
        if made and self.allow_new:
            made.append(Option("new", _("None of these"), self.picked == "new", f"{self.id}-pick-new"))
        return made

    def _told_apart(self, one: Candidate) -> str:
        """The label; for one of several that are called the same, with the country and the address."""
        if sum(other.label == one.label for other in self.candidates) == 1:
            return one.label
        return f"{one.exact}, {templating.country_name(one.country)}" if one.country else one.exact

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        if isinstance(self.data, int):
            found = _names().of_id(self.data)
            if found is not None:
                return found.label
        return self.new_name or ""
