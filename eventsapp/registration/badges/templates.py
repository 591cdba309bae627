"""Templates of badges: which categories have which, and what changes them. Named actor, no commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from eventsapp.conferences import copying
from eventsapp.conferences.hooks import Copied
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, renames
from eventsapp.core.audit import Actor
from eventsapp.core.slugs import slugify
from eventsapp.core.translations import Texts, pick
from eventsapp.extensions import db
from eventsapp.registration.badges.design import Design
from eventsapp.registration.badges.models import BadgeTemplate
from eventsapp.registration.enums import BadgePaper
from eventsapp.registration.models import Category


@dataclass(frozen=True, slots=True)
class TemplateData:
    """What an officer says of a template. ``categories``: ids of those whose badges look so."""

    names: Texts
    paper: BadgePaper
    design: Design
    categories: Sequence[int]


def all_of(conference_id: int) -> list[BadgeTemplate]:
    """Return the templates of a conference in their order. One statement."""
    return list(
        db.session.scalars(
            select(BadgeTemplate)
            .where(BadgeTemplate.conference_id == conference_id)
            .order_by(BadgeTemplate.position, BadgeTemplate.id)
        )
    )


def find(conference_id: int, slug: str) -> BadgeTemplate | None:
    """Return a template of a conference by its address."""
    return db.session.scalars(
        select(BadgeTemplate).where(BadgeTemplate.conference_id == conference_id, BadgeTemplate.slug == slug)
    ).one_or_none()


def categories_of(conference_id: int) -> list[Category]:
    """Return the categories of a conference in their order. One statement."""
    return list(
        db.session.scalars(
            select(Category)
            .where(Category.conference_id == conference_id)
            .order_by(Category.position, Category.id)
        )
    )


def save(
    conference: Conference, template: BadgeTemplate | None, data: TemplateData, *, actor: Actor
) -> BadgeTemplate:
    """Change a template, or make a new one (None), and give it to its categories. Badges printed before stay as they are."""
    new = template is None
    if template is None:
        last = db.session.scalar(
            select(func.max(BadgeTemplate.position)).where(BadgeTemplate.conference_id == conference.id)
        )
        name = pick(data.names, "en", conference.default_language)
        slug = slugify(name, renames.slugs(BadgeTemplate, conference.id))
        template = BadgeTemplate(conference_id=conference.id, slug=slug, position=(last or 0) + 1)
        db.session.add(template)
    template.names = dict(data.names)
    template.paper = data.paper
    template.design = data.design.kept()
    db.session.flush()
    mine = Category.conference_id == conference.id
    db.session.execute(
        update(Category)
        .where(mine, Category.badge_template_id == template.id, Category.id.not_in(data.categories))
        .values(badge_template_id=None)
    )
    db.session.execute(
        update(Category).where(mine, Category.id.in_(data.categories)).values(badge_template_id=template.id)
    )
    audit.record(
        actor,
        "badge_template.create" if new else "badge_template.update",
        f"badge_template:{template.slug}",
        conference_id=conference.id,
    )
    return template


def delete(template: BadgeTemplate, *, actor: Actor) -> None:
    """Delete a template; its categories have badges of the common look from then on."""
    audit.record(
        actor,
        "badge_template.delete",
        f"badge_template:{template.slug}",
        conference_id=template.conference_id,
        detail={"names": template.names, "design": template.design},
    )
    db.session.delete(template)
    db.session.flush()


def copy(source: Conference, target: Conference, copied: Copied, actor: Actor) -> None:
    """Give a conference the templates of another one, and its categories those that they have there
    (``conferences.hooks.structure_copied``). Categories that have one already, or were left without, stay as they are.
    """
    there = {template.id for template in all_of(target.id)}
    copying.rows(copied, BadgeTemplate, source, target)
    made = {old: new for old, new in copied.ids["badge_template"].items() if new not in there}
    for category in categories_of(source.id):
        if category.badge_template_id in made:
            db.session.execute(
                update(Category)
                .where(
                    Category.id == copied.ids["category"][category.id], Category.badge_template_id.is_(None)
                )
                .values(badge_template_id=made[category.badge_template_id])
            )


def designs(templates: Sequence[BadgeTemplate]) -> Mapping[int, Design]:
    """Return the design of each template by its id."""
    return {template.id: Design.of(template.design) for template in templates}
