"""The properties of each type of interactions, and the names of the graph's types (domain.md 3.1 to 3.5)."""

from collections.abc import Mapping

from domain.interaction_options import BlockedReason, BounceCategory, MatchingResult, StoppedReason
from domain.interaction_properties import Block, Kind, Link, Property, Shape
from domain.interactions import STOPPED, InteractionType

_T = InteractionType
_EVENT = Link("event", "Event", "The event, where it is kept here.")
_REGISTRATION = Link("eventRegistration", "EventRegistration", "The registration, where it is kept here.")
_CHECK_IN = Link("eventCheckIn", "CheckIn", "The check-in, where it is kept here.")
_SESSION = Link("eventSession", "EventSession", "The event's session, where it is kept here.")
_LIST = Link("subscriptionList", "SubscriptionList", "The subscription list, where it is kept here.")
_SEGMENT = Link("segment", "Segment", "The segment, where it is kept here.")
_DEFINITION = Link("definition", "CustomInteractionType", "The declared type; null where nobody declared it.")
_KNOWN: Mapping[str, Property] = {
    one.name: one
    for one in (
        Property("emailAddressUsed", Kind.TEXT, "The address that the message was for."),
        Property("emailDomain", Kind.TEXT, "The address's domain."),
        Property("deliveredCount", Kind.WHOLE, "1 for a delivery; a bounce that comes later takes it back."),
        Property("wasRemoteBounced", Kind.YES_OR_NO, "Whether the receiving server returned it afterwards."),
        Property("bounceCategory", BounceCategory, "Why it bounced, as a class."),
        Property("bounceReason", Kind.TEXT, "Why it bounced, in the server's words."),
        Property("remoteBounce", Kind.YES_OR_NO, "Whether the receiving server told, after it had accepted."),
        Property("blockedReason", BlockedReason, "Which check it did not pass."),
        Property("details", Kind.TEXT, "What is known besides the reason."),
        Property("blockedCategory", Kind.TEXT, "The source's class of the reason.", key="category"),
        Property("blockListedLink", Kind.TEXT, "The link that is block-listed."),
        Property("linkId", Kind.TEXT, "The source's id of the link."),
        Property("linkFriendlyName", Kind.TEXT, "What the link is called."),
        Property("linkText", Kind.TEXT, "What the link reads."),
        Property("originalLink", Kind.TEXT, "The link as it was written."),
        Property("originalUrl", Kind.TEXT, "The address that the link was written with."),
        Property("targetUrl", Kind.TEXT, "The address that it led to."),
        Property("formSubmissionId", Kind.TEXT, "The submission of the form."),
        Property("secondaryRecipientProfileId", Kind.TEXT, "Whom it was forwarded to."),
        Property("sessionId", Kind.TEXT, "The visitor's session."),
        Property(
            "visitorAnonymousStatus", Kind.TEXT, "Whether the visitor was known, in the source's words."
        ),
        Property(
            "visitorReturningStatus", Kind.TEXT, "Whether the visitor came back, in the source's words."
        ),
        Property("visitDuration", Kind.WHOLE, "How many seconds the visit lasted."),
        Property("browserId", Kind.TEXT, "The browser."),
        Property("browserVersion", Kind.TEXT, "The browser's version."),
        Property("operatingSystemId", Kind.TEXT, "The operating system."),
        Property("operatingSystemVersion", Kind.TEXT, "The operating system's version."),
        Property("countryIsoCode", Kind.TEXT, "The country, as a code of ISO 3166."),
        Property("state", Kind.TEXT, "The state or province."),
        Property("city", Kind.TEXT, "The city."),
        Property("postalCode", Kind.TEXT, "The postal code."),
        Property("referrerUri", Kind.TEXT, "The page that led there."),
        Property("searchEngineName", Kind.TEXT, "The search engine that led there."),
        Property("searchPhrase", Kind.TEXT, "What was searched for."),
        Property("deviceType", Kind.TEXT, "What kind of device it was: Desktop, Phone, Tablet."),
        Property("deviceBrand", Kind.TEXT, "The device's maker."),
        Property("deviceModel", Kind.TEXT, "The device's model."),
        Property("userAgent", Kind.TEXT, "What the browser says of itself."),
        Property("websiteId", Kind.TEXT, "The website."),
        Property("pageId", Kind.TEXT, "The page."),
        Property("pageAddress", Kind.TEXT, "The page's address."),
        Property("pageUrl", Kind.TEXT, "The address of the page that has the form."),
        Property("formId", Kind.TEXT, "The form."),
        Property("formName", Kind.TEXT, "The form's name."),
        Property("submittedValues", Kind.ANYTHING, "What was filled in, by field."),
        Property("result", Kind.TEXT, "What came of it."),
        Property("contactMatchingResult", MatchingResult, "Whether a contact was found or made."),
        Property("leadMatchingResult", MatchingResult, "Whether a lead was found or made."),
        Property("contactFailureMessage", Kind.TEXT, "Why no contact could be found or made."),
        Property("leadFailureMessage", Kind.TEXT, "Why no lead could be found or made."),
        Property("segmentId", Kind.TEXT, "The segment.", _SEGMENT),
        Property("relationshipOperatorAction", Kind.TEXT, "What staff did."),
        Property("linkedInFormId", Kind.TEXT, "The form at LinkedIn."),
        Property("linkedInCampaignId", Kind.TEXT, "The campaign at LinkedIn."),
        Property("eventId", Kind.TEXT, "The event, by the source's id.", _EVENT),
        Property("eventName", Kind.TEXT, "The event's name, as the source had it."),
        Property("eventRegistrationId", Kind.TEXT, "The registration, by the source's id.", _REGISTRATION),
        Property("eventCheckInId", Kind.TEXT, "The check-in, by the source's id.", _CHECK_IN),
        Property("surveyId", Kind.TEXT, "The survey."),
        Property("score", Kind.NUMBER, "The score that was given."),
        Property("questionId", Kind.TEXT, "The question."),
        Property("response", Kind.TEXT, "What was answered."),
        Property("senderPhone", Kind.TEXT, "The number that it came from."),
        Property("recipientPhone", Kind.TEXT, "The number that it was for."),
        Property("reason", Kind.TEXT, "Why it was not sent or not delivered."),
        Property("platform", Kind.TEXT, "The platform of the app."),
        Property("device", Kind.TEXT, "The device."),
        Property("channel", Kind.TEXT, "The channel."),
        Property("entityId", Kind.TEXT, "The record, by the source's id."),
        Property("entityType", Kind.TEXT, "The kind of record."),
        Property("entityName", Kind.TEXT, "The kind of record."),
        Property("responseType", Kind.TEXT, "The kind of response."),
        Property("triggerKeyword", Kind.TEXT, "The word that set it off."),
        Property("path", Kind.TEXT, "The way on that the contact took."),
        Property("nextActivityId", Kind.TEXT, "The tile that follows."),
        Property("stoppedReason", StoppedReason, "Why the contact was stopped.", key="reason"),
        Property("activityExpiryTime", Kind.MOMENT, "When the tile expired."),
        Property("boostValue", Kind.NUMBER, "By how much the score was raised."),
        Property("membersCount", Kind.WHOLE, "How many members the segment had then."),
        Property("requestType", Kind.TEXT, "What was to be confirmed."),
        Property("requestObjectName", Kind.TEXT, "What it was about."),
        Property("requestObjectValue", Kind.TEXT, "The value that it was about."),
        Property("confirmationValue", Kind.TEXT, "What was confirmed."),
        Property("deletedId", Kind.TEXT, "The deleted record, by the source's id."),
        Property("name", Kind.TEXT, "The declared type's name."),
        Property("typeId", Kind.TEXT, "The declared type's own key.", _DEFINITION),
    )
} | {
    "listId": Property("segmentId", Kind.TEXT, "The subscription list.", _LIST),
    "eventSessionId": Property("sessionId", Kind.TEXT, "The event's session.", _SESSION),
}


def _named(names: str) -> tuple[Property, ...]:
    return tuple(_KNOWN[name] for name in names.split())


def _block(name: str, words: str, names: str) -> Block:
    return Block(name, words, _named(names))


MAIL = _block(
    "EmailInteraction", "What has to do with a message to an address.", "emailAddressUsed emailDomain"
)
WEB = _block(
    "WebInteraction",
    "What was done in a browser: which one, where, and how the visitor came there.",
    "sessionId visitorAnonymousStatus visitorReturningStatus visitDuration browserId browserVersion"
    " operatingSystemId operatingSystemVersion countryIsoCode state city postalCode referrerUri"
    " searchEngineName searchPhrase deviceType deviceBrand deviceModel userAgent",
)
BOUNCE = _block(
    "BounceInteraction", "A message that was returned.", "bounceCategory bounceReason remoteBounce"
)
EVENT = _block("EventInteraction", "What has to do with an event.", "eventId eventName")
FORM = _block(
    "FormInteraction", "What has to do with a marketing form.", "formId formName pageId pageUrl websiteId"
)
SURVEY = _block("SurveyInteraction", "What has to do with a survey.", "surveyId")
SMS = _block("SmsInteraction", "What has to do with a text message.", "senderPhone recipientPhone reason")
BLOCKS = (MAIL, WEB, BOUNCE, EVENT, FORM, SURVEY, SMS)


def _shape(*blocks: Block, own: str = "") -> Shape:
    return Shape(blocks, _named(own))


_NONE = Shape()
_OWN: Mapping[InteractionType, Shape] = {
    _T.EMAIL_SENT: _shape(MAIL),
    _T.EMAIL_DELIVERED: _shape(MAIL, own="deliveredCount wasRemoteBounced"),
    _T.EMAIL_OPENED: _shape(MAIL, WEB),
    _T.EMAIL_CLICKED: _shape(
        MAIL, WEB, own="linkId linkFriendlyName originalLink originalUrl targetUrl linkText"
    ),
    _T.EMAIL_FORWARDED: _shape(MAIL, WEB, own="formSubmissionId secondaryRecipientProfileId"),
    _T.EMAIL_HARD_BOUNCED: _shape(MAIL, BOUNCE),
    _T.EMAIL_SOFT_BOUNCED: _shape(MAIL, BOUNCE),
    _T.EMAIL_BLOCK_BOUNCED: _shape(MAIL, BOUNCE),
    _T.EMAIL_FEEDBACK_LOOP: _shape(MAIL),
    _T.EMAIL_BLOCKED: _shape(MAIL, own="blockedReason details blockedCategory"),
    _T.EMAIL_SENDING_FAILED: _shape(MAIL),
    _T.EMAIL_SUBSCRIPTION_SUBMIT: _shape(MAIL, WEB),
    _T.EMAIL_CONTAINS_BLOCK_LISTED_LINKS: _shape(MAIL, own="blockListedLink"),
    _T.INVALID_RECIPIENT_ADDRESS: _shape(MAIL, own="blockedReason"),
    _T.INVALID_SENDER_ADDRESS: _shape(MAIL, own="blockedReason"),
    _T.INVALID_REPLY_TO_ADDRESS: _shape(MAIL, own="blockedReason"),
    _T.OUT_OF_EMAIL_CREDITS: _shape(MAIL, own="blockedReason"),
    _T.WEBSITE_VISITED: _shape(WEB, own="websiteId pageId pageAddress"),
    _T.WEBSITE_CLICKED: _shape(WEB, own="websiteId pageId pageAddress linkFriendlyName"),
    _T.REDIRECT_LINK_CLICKED: _shape(WEB, own="linkId originalUrl"),
    _T.FORM_VISITED: _shape(WEB, FORM),
    _T.FORM_SUBMITTED: _shape(
        WEB,
        FORM,
        own="formSubmissionId submittedValues result contactMatchingResult leadMatchingResult"
        " contactFailureMessage leadFailureMessage",
    ),
    _T.LINKED_IN_FORM_SUBMISSION: _shape(own="linkedInFormId linkedInCampaignId"),
    _T.SEGMENT_SUBSCRIBED: _shape(MAIL, WEB, own="listId formSubmissionId"),
    _T.SEGMENT_UNSUBSCRIBED: _shape(MAIL, WEB, own="listId formSubmissionId"),
    _T.SEGMENT_RELATIONSHIP_EDITED: _shape(WEB, own="listId relationshipOperatorAction result"),
    _T.EVENT_REGISTRATION: _shape(EVENT, own="eventRegistrationId"),
    _T.EVENT_REGISTRATION_CANCELED: _shape(EVENT, own="eventRegistrationId"),
    _T.SESSION_REGISTRATION_CANCELED: _shape(EVENT, own="eventSessionId"),
    _T.EVENT_CHECK_IN: _shape(EVENT, own="eventCheckInId"),
    _T.SURVEY_RESPONSE: _shape(SURVEY, own="score"),
    _T.SURVEY_OPENED: _shape(SURVEY),
    _T.SURVEY_QUESTION_ANSWERED: _shape(SURVEY, own="questionId response"),
    _T.SURVEY_SUBMITTED: _shape(SURVEY),
    **dict.fromkeys(
        (_T.SMS_SENT, _T.SMS_DELIVERED, _T.SMS_BOUNCED, _T.SMS_NOT_SENT, _T.SMS_RECEIVED), _shape(SMS)
    ),
    _T.SMS_LINK_CLICKED: _shape(SMS),
    _T.PUSH_NOTIFICATION: _shape(own="platform device channel"),
    _T.CUSTOM: _shape(own="name typeId"),
    _T.CUSTOM_CHANNEL_RESPONSE: _shape(own="entityId entityType responseType triggerKeyword"),
    _T.SCHEDULER_ACTIVITY_CONTACT_PROCESSED: _shape(own="path"),
    _T.SPLITTER_ACTIVITY_CONTACT_PROCESSED: _shape(own="nextActivityId"),
    _T.TRIGGER_ACTIVITY_CONTACT_PROCESSED: _shape(own="path"),
    **dict.fromkeys(STOPPED, _shape(own="stoppedReason")),
    _T.ACTIVITY_CONTACT_EXPIRED: _shape(own="activityExpiryTime"),
    _T.CUSTOMER_JOURNEY_CONTACT_RECORD_UPDATED: _shape(own="entityId entityName"),
    _T.LEAD_SCORE_BOOST: _shape(own="boostValue"),
    _T.SEGMENT_MEMBERS_COUNT_CHANGED: _shape(own="segmentId membersCount"),
    _T.CONFIRMATION_REQUEST: _shape(own="requestType requestObjectName requestObjectValue"),
    _T.CONFIRMATION_RESPONSE: _shape(
        own="requestType requestObjectName requestObjectValue confirmationValue"
    ),
    _T.CONTACT_DELETED: _shape(own="deletedId"),
    _T.ENTITY_DELETED: _shape(own="deletedId entityName"),
}
SHAPES: Mapping[InteractionType, Shape] = {kind: _OWN.get(kind, _NONE) for kind in InteractionType}
"""What each type has of its own."""
_THINGS = {
    _T.EVENT_REGISTRATION,
    _T.EVENT_CHECK_IN,
    _T.SURVEY_RESPONSE,
    _T.LINKED_IN_FORM_SUBMISSION,
    _T.CUSTOM_CHANNEL_RESPONSE,
    _T.CONFIRMATION_REQUEST,
    _T.CONFIRMATION_RESPONSE,
    _T.PUSH_NOTIFICATION,
    _T.CUSTOM,
}
"""Types that the source calls by a thing, which may be a record of ours too."""


def type_name(kind: InteractionType) -> str:
    """The name of the graph's type: the source's; what is called by a thing is its interaction."""
    return f"{kind.source_name}Interaction" if kind in _THINGS else kind.source_name
