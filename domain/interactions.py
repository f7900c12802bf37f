"""The vocabulary of interactions: types, categories, who acted (domain.md 3)."""

from enum import Enum


class Category(Enum):
    """The group of interaction types that insights are broken down by (domain.md 3.6)."""

    EMAIL = "What was sent by e-mail and how it was met."
    WEB = "Visits and clicks on tracked pages and redirect links."
    EVENT = "Registrations and check-ins."
    FORM = "Forms opened and submitted."
    SUBSCRIPTION = "Subscription lists joined, left and edited."
    SURVEY = "Surveys opened and answered."
    JOURNEY = "What a journey did with the contact."
    OTHER = "Other channels and the system's own records."


class Actor(Enum):
    """Who caused an interaction: machine opens and clicks are kept, but apart (design: insights)."""

    HUMAN = "A person did it."
    MACHINE = "A proxy, scanner or other machine did it; left out of insights unless asked for."
    UNKNOWN = "Nobody has decided who did it; counted as a person."


class InteractionType(Enum):
    """What happened, by the source's names (domain.md 3.2 to 3.5)."""

    source_name: str
    category: Category
    words: str

    def __init__(self, source_name: str, category: Category, words: str) -> None:
        self.source_name = source_name
        self.category = category
        self.words = words

    EMAIL_SENT = "EmailSent", Category.EMAIL, "A message passed all gates and was sent."
    EMAIL_DELIVERED = "EmailDelivered", Category.EMAIL, "The receiving server accepted the message."
    EMAIL_OPENED = "EmailOpened", Category.EMAIL, "The message's beacon image was fetched."
    EMAIL_CLICKED = "EmailClicked", Category.EMAIL, "A link of the message was followed."
    EMAIL_FORWARDED = "EmailForwarded", Category.EMAIL, "The message was forwarded by the forward form."
    EMAIL_HARD_BOUNCED = "EmailHardBounced", Category.EMAIL, "The address or its domain does not exist."
    EMAIL_SOFT_BOUNCED = "EmailSoftBounced", Category.EMAIL, "A valid server refused the message for now."
    EMAIL_BLOCK_BOUNCED = "EmailBlockBounced", Category.EMAIL, "The message was filtered or block-listed."
    EMAIL_FEEDBACK_LOOP = "EmailFeedbackLoop", Category.EMAIL, "The recipient marked the message as spam."
    EMAIL_BLOCKED = "EmailBlocked", Category.EMAIL, "The system chose not to send the message."
    EMAIL_SENDING_FAILED = "EmailSendingFailed", Category.EMAIL, "Sending failed for a technical reason."
    EMAIL_SUBSCRIPTION_SUBMIT = (
        "EmailSubscriptionSubmit",
        Category.SUBSCRIPTION,
        "The subscription centre was opened from a message and submitted.",
    )
    EMAIL_CONTAINS_BLOCK_LISTED_LINKS = (
        "EmailContainsBlockListedLinks",
        Category.EMAIL,
        "Not sent: a link of the message is block-listed.",
    )
    INVALID_RECIPIENT_ADDRESS = (
        "InvalidRecipientAddress",
        Category.EMAIL,
        "Not sent: the recipient's address is invalid.",
    )
    INVALID_SENDER_ADDRESS = (
        "InvalidSenderAddress",
        Category.EMAIL,
        "Not sent: the sender's address is invalid.",
    )
    INVALID_REPLY_TO_ADDRESS = (
        "InvalidReplyToAddress",
        Category.EMAIL,
        "Not sent: the reply address is invalid.",
    )
    OUT_OF_EMAIL_CREDITS = "OutOfEmailCredits", Category.EMAIL, "Not sent: the sending quota is used up."

    WEBSITE_VISITED = "WebsiteVisited", Category.WEB, "A tracked page was loaded."
    WEBSITE_CLICKED = "WebsiteClicked", Category.WEB, "A link on a tracked page was clicked."
    REDIRECT_LINK_CLICKED = "RedirectLinkClicked", Category.WEB, "A redirect link, as in an ad, was followed."
    FORM_VISITED = "FormVisited", Category.FORM, "A page with a marketing form was opened."
    FORM_SUBMITTED = "FormSubmitted", Category.FORM, "A form was submitted."
    LINKED_IN_FORM_SUBMISSION = "LinkedInFormSubmission", Category.FORM, "A LinkedIn form was submitted."
    SEGMENT_SUBSCRIBED = "SegmentSubscribed", Category.SUBSCRIPTION, "A subscription list was joined."
    SEGMENT_UNSUBSCRIBED = "SegmentUnsubscribed", Category.SUBSCRIPTION, "A subscription list was left."
    SEGMENT_RELATIONSHIP_EDITED = (
        "SegmentRelationshipEdited",
        Category.SUBSCRIPTION,
        "Staff edited a list membership.",
    )

    EVENT_REGISTRATION = "EventRegistration", Category.EVENT, "A registration for an event was made."
    EVENT_REGISTRATION_CANCELED = (
        "EventRegistrationCanceled",
        Category.EVENT,
        "A registration for an event was cancelled.",
    )
    SESSION_REGISTRATION_CANCELED = (
        "SessionRegistrationCanceled",
        Category.EVENT,
        "A registration for a session was cancelled.",
    )
    EVENT_CHECK_IN = "EventCheckIn", Category.EVENT, "Attendance at an event was recorded."
    SURVEY_RESPONSE = "SurveyResponse", Category.SURVEY, "A survey was answered."
    SURVEY_OPENED = "SurveyOpened", Category.SURVEY, "A survey was opened."
    SURVEY_QUESTION_ANSWERED = "SurveyQuestionAnswered", Category.SURVEY, "A survey question was answered."
    SURVEY_SUBMITTED = "SurveySubmitted", Category.SURVEY, "A survey was submitted."
    SMS_SENT = "SmsSent", Category.OTHER, "A text message was sent."
    SMS_DELIVERED = "SmsDelivered", Category.OTHER, "A text message was delivered."
    SMS_BOUNCED = "SmsBounced", Category.OTHER, "A text message bounced."
    SMS_NOT_SENT = "SmsNotSent", Category.OTHER, "A text message was not sent."
    SMS_LINK_CLICKED = "SmsLinkClicked", Category.OTHER, "A link of a text message was followed."
    SMS_RECEIVED = "SmsReceived", Category.OTHER, "A text message came in."
    PUSH_NOTIFICATION = "PushNotification", Category.OTHER, "A push notification was sent or opened."
    CUSTOM = "Custom", Category.OTHER, "An interaction of an own kind; `name` in its properties says which."
    CUSTOM_CHANNEL_RESPONSE = "CustomChannelResponse", Category.OTHER, "A custom channel was answered."

    CUSTOMER_JOURNEY_ITERATION_STARTED = (
        "CustomerJourneyIterationStarted",
        Category.JOURNEY,
        "An iteration of a journey started.",
    )
    ACTIVITY_CONTACT_DISPATCHED = (
        "ActivityContactDispatched",
        Category.JOURNEY,
        "The contact entered the journey from its audience.",
    )
    PASS_THROUGH_ACTIVITY_CONTACT_PROCESSED = (
        "PassThroughActivityContactProcessed",
        Category.JOURNEY,
        "The contact passed a plain tile.",
    )
    SCHEDULER_ACTIVITY_CONTACT_PROCESSED = (
        "SchedulerActivityContactProcessed",
        Category.JOURNEY,
        "The contact passed a scheduler tile.",
    )
    SPLITTER_ACTIVITY_CONTACT_PROCESSED = (
        "SplitterActivityContactProcessed",
        Category.JOURNEY,
        "The contact passed a splitter tile.",
    )
    TRIGGER_ACTIVITY_CONTACT_PROCESSED = (
        "TriggerActivityContactProcessed",
        Category.JOURNEY,
        "The contact passed a trigger tile.",
    )
    CREATE_CRM_ACTIVITY_CONTACT_PROCESSED = (
        "CreateCrmActivityContactProcessed",
        Category.JOURNEY,
        "The contact passed a create-activity tile.",
    )
    CREATE_LEAD_ACTIVITY_CONTACT_PROCESSED = (
        "CreateLeadActivityContactProcessed",
        Category.JOURNEY,
        "The contact passed a create-lead tile.",
    )
    CREATE_CUSTOM_CHANNEL_ACTIVITY_CONTACT_PROCESSED = (
        "CreateCustomChannelActivityContactProcessed",
        Category.JOURNEY,
        "The contact passed a custom-channel tile.",
    )
    TRIGGER_CRM_WORKFLOW_ACTIVITY_CONTACT_PROCESSED = (
        "TriggerCrmWorkflowActivityContactProcessed",
        Category.JOURNEY,
        "The contact passed a workflow tile.",
    )
    ACTIVITY_CONTACT_PROCESSING_FAILED = (
        "ActivityContactProcessingFailed",
        Category.JOURNEY,
        "A tile failed for the contact.",
    )
    ACTIVITY_CONTACT_BLOCKED = (
        "ActivityContactBlocked",
        Category.JOURNEY,
        "The contact was stopped at a tile.",
    )
    ACTIVITY_CONTACT_BLOCKED_CONSENT = (
        "ActivityContactBlockedConsent",
        Category.JOURNEY,
        "The contact was stopped: consent fell below the journey's minimum.",
    )
    ACTIVITY_CONTACT_BLOCKED_EXTERNAL_CONSENT = (
        "ActivityContactBlockedExternalConsent",
        Category.JOURNEY,
        "The contact was stopped: external consent was lowered.",
    )
    ACTIVITY_CONTACT_BLOCKED_SUPPRESSION = (
        "ActivityContactBlockedSuppression",
        Category.JOURNEY,
        "The contact was stopped: it joined the suppression segment.",
    )
    ACTIVITY_CONTACT_BLOCKED_BUSINESS_UNIT = (
        "ActivityContactBlockedBusinessUnit",
        Category.JOURNEY,
        "The contact was stopped: it belongs to another business unit.",
    )
    ACTIVITY_CONTACT_EXPIRED = (
        "ActivityContactExpired",
        Category.JOURNEY,
        "An e-mail tile expired for the contact.",
    )
    CUSTOMER_JOURNEY_CONTACT_RECORD_UPDATED = (
        "CustomerJourneyContactRecordUpdated",
        Category.JOURNEY,
        "A record-updated audience fired.",
    )
    LEAD_SCORE_BOOST = "LeadScoreBoost", Category.JOURNEY, "A score was boosted by hand or by a tile."
    SEGMENT_MEMBERS_COUNT_CHANGED = (
        "SegmentMembersCountChanged",
        Category.OTHER,
        "The number of a segment's members changed.",
    )
    CONFIRMATION_REQUEST = "ConfirmationRequest", Category.OTHER, "A double opt-in request was sent."
    CONFIRMATION_RESPONSE = "ConfirmationResponse", Category.OTHER, "A double opt-in request was confirmed."
    CONTACT_DELETED = "ContactDeleted", Category.OTHER, "A contact was deleted; no personal data remain."
    ENTITY_DELETED = "EntityDeleted", Category.OTHER, "Another record was deleted."


OLDER_NAMES = {
    "ContactRegisteredToEvent": InteractionType.EVENT_REGISTRATION,
    "ContactCheckedIntoEvent": InteractionType.EVENT_CHECK_IN,
    "EmailContainsBlacklistedLinks": InteractionType.EMAIL_CONTAINS_BLOCK_LISTED_LINKS,
}
BY_SOURCE_NAME = {kind.source_name: kind for kind in InteractionType} | OLDER_NAMES

BOUNCES = (
    InteractionType.EMAIL_HARD_BOUNCED,
    InteractionType.EMAIL_SOFT_BOUNCED,
    InteractionType.EMAIL_BLOCK_BOUNCED,
)
STOPPED = (
    InteractionType.ACTIVITY_CONTACT_BLOCKED,
    InteractionType.ACTIVITY_CONTACT_BLOCKED_CONSENT,
    InteractionType.ACTIVITY_CONTACT_BLOCKED_EXTERNAL_CONSENT,
    InteractionType.ACTIVITY_CONTACT_BLOCKED_SUPPRESSION,
    InteractionType.ACTIVITY_CONTACT_BLOCKED_BUSINESS_UNIT,
)
ENGAGEMENT = frozenset(
    kind
    for kind in InteractionType
    if kind.category in {Category.WEB, Category.EVENT, Category.FORM, Category.SUBSCRIPTION, Category.SURVEY}
    or kind in {InteractionType.EMAIL_OPENED, InteractionType.EMAIL_CLICKED, InteractionType.EMAIL_FORWARDED}
)
"""What the contact did, as against what the system did (domain.md 3.6)."""


def engaging(without: frozenset[Category] = frozenset()) -> frozenset[str]:
    """The names of the types that are engagement, leaving those of some categories out."""
    return frozenset(kind.name for kind in ENGAGEMENT if kind.category not in without)


def interaction_type(name: str) -> InteractionType:
    """The type of that name: ours (EMAIL_OPENED) or the source's (EmailOpened); KeyError if there is none."""
    return InteractionType[name] if name in InteractionType.__members__ else BY_SOURCE_NAME[name]
