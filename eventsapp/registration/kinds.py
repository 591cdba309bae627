"""Registration categories, described for the catalogue of the set-up."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsapp.accounts.enums import Permission
from eventsapp.conferences import copying
from eventsapp.conferences.catalogue import Kind, State
from eventsapp.conferences.hooks import Copied
from eventsapp.conferences.models import Conference
from eventsapp.core.audit import Actor
from eventsapp.core.forms import BooleanField, Form, SlugField, TranslatedField
from eventsapp.registration.models import Category


class CategoryForm(Form):
    """A registration category."""

    names = TranslatedField(_l("Name"), required_in="default", max_length=100)
    descriptions = TranslatedField(
        _l("Who it is for"), max_length=300, description=_l("Shown beside the name when people register.")
    )
    open = BooleanField(_l("Anybody can choose it"), default=True)
    slug = SlugField(
        _l("Address"), max_length=Category.slug, description=_l("Made of the name when it is left empty.")
    )


def _state(row: Category) -> State:
    return State(_("open"), "good") if row.open else State(_("given by registrars"))


CATEGORIES = Kind(
    name="categories",
    model=Category,
    form=CategoryForm,
    one=_l("Registration category"),
    many=_l("Registration categories"),
    new=_l("New category"),
    about=_l("Such as delegate, observer, media, speaker. People choose one when they register."),
    permission=Permission.EDIT_REGISTRATIONS,
    state=_state,
)


def copy_categories(source: Conference, target: Conference, copied: Copied, actor: Actor) -> None:
    """Copy the categories of one conference to another, as part of its structure."""
    copying.rows(copied, Category, source, target)
