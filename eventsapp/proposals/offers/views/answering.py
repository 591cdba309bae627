"""A team answers the offer that was made to it. The lead's people decide."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import actor, signed_in
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.forms import ActionForm, answer, content_of, saving
from eventsapp.core.translations import LANGUAGES
from eventsapp.programme.enums import HalfDay
from eventsapp.proposals import access
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers import forms, queries, service, words
from eventsapp.proposals.offers.models import Offer

blueprint = Blueprint(
    "proposal_offer",
    __name__,
    url_prefix=f"/<any({','.join(LANGUAGES)}):lang>/proposals/<int:proposal_id>/offer",
)

Answer = str | Response | BaseResponse | tuple[str, int]


def _offer_of(proposal_id: int) -> tuple[Proposal, Offer]:
    proposal = access.leading(proposal_id, current_user).proposal
    g.default_language = proposal.conference.default_language
    offer = queries.newest_offer(proposal.id)
    if offer is None:
        raise NotFound
    return proposal, offer


def _back(lang: str, proposal: Proposal) -> BaseResponse:
    return redirect(url_for("proposals.own", lang=lang, token=str(proposal.id)))


@blueprint.post("/accept")
@signed_in
def accept(lang: str, proposal_id: int) -> Answer:
    """Take the place: the proposal becomes an event."""
    proposal, offer = _offer_of(proposal_id)
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    event = service.accept(offer, actor=actor())
    flash(_("The event is confirmed, as %(code)s.", code=event.code), "good")
    return _back(lang, proposal)


@blueprint.route("/change", methods=["GET", "POST"])
@signed_in
def change(lang: str, proposal_id: int) -> Answer:
    """Ask for another slot."""
    proposal, offer = _offer_of(proposal_id)
    form = forms.ChangeForm(
        data={"wished_days": proposal.wished_days, "wished_halves": [HalfDay(one) for one in proposal.wished_halves]},
        **content_of(proposal.conference),
    )  # fmt: skip
    form.wished_days.choices = forms.days_of(proposal.conference)
    if form.validate_on_submit():
        with saving(form):
            service.request_change(
                offer,
                wish=form.wish.data or "",
                wished_days=form.wished_days.data,
                wished_halves=form.wished_halves.data,
                actor=actor(),
            )
        if not form.errors:
            flash(_("The secretariat has been asked for another slot."), "good")
            return _back(lang, proposal)
    return _page(form, "proposals/offers/change.html", proposal, offer)


@blueprint.route("/decline", methods=["GET", "POST"])
@signed_in
def decline(lang: str, proposal_id: int) -> Answer:
    """Give the place back."""
    proposal, offer = _offer_of(proposal_id)
    form = forms.ReasonForm(**content_of(proposal.conference))
    if form.validate_on_submit():
        with saving(form):
            service.decline(offer, reason=form.reason.data or "", actor=actor())
        if not form.errors:
            flash(_("The place has been given back."), "good")
            return _back(lang, proposal)
    return _page(form, "proposals/offers/decline.html", proposal, offer)


def _page(
    form: forms.ChangeForm | forms.ReasonForm, template: str, proposal: Proposal, offer: Offer
) -> Answer:
    if not form.is_submitted() and not service.is_open(offer):
        raise Conflict(_("This offer has been answered already, or taken back."))
    return answer(form, template, proposal=proposal, offer=offer, words=words, conference=proposal.conference)
