"""Which of our intents the labels of public sets stand for, where that is beyond doubt."""

from __future__ import annotations

from engage_tui.domain.triage import Intent

PUBLIC: dict[str, dict[Intent, str]] = {
    "banking77": {
        Intent.SUPPORT_ISSUE: "activate_my_card card_not_working contactless_not_working "
        "declined_card_payment declined_cash_withdrawal declined_transfer failed_transfer "
        "top_up_failed pin_blocked passcode_forgotten virtual_card_not_working "
        "unable_to_verify_identity lost_or_stolen_phone compromised_card card_swallowed",
        Intent.RETURN_REFUND: "request_refund Refund_not_showing_up",
        Intent.ORDER_STATUS: "card_arrival",
        Intent.PRICE_QUESTION: "exchange_charge top_up_by_bank_transfer_charge "
        "top_up_by_card_charge",
        Intent.AVAILABILITY: "country_support",
        Intent.PRODUCT_QUESTION: "apple_pay_or_google_pay automatic_top_up top_up_limits "
        "disposable_card_limits supported_cards_and_currencies fiat_currency_support",
        Intent.PURCHASE_INTENT: "order_physical_card getting_virtual_card",
    },
    "bitext_customer_support": {
        Intent.PURCHASE_INTENT: "place_order",
        Intent.PRICE_QUESTION: "check_payment_methods",
        Intent.AVAILABILITY: "delivery_options",
        Intent.ORDER_STATUS: "track_order delivery_period",
        Intent.RETURN_REFUND: "get_refund check_refund_policy track_refund cancel_order",
        Intent.SUPPORT_ISSUE: "recover_password registration_problems payment_issue "
        "edit_account delete_account contact_human_agent",
        Intent.COMPLAINT: "complaint",
        Intent.FEEDBACK: "review",
    },
    "hint3": {
        Intent.PRICE_QUESTION: "MATTRESS_COST EMI COD OFFERS OFFERS_AND_REFERRALS "
        "MODES_OF_PAYMENTS",
        Intent.PURCHASE_INTENT: "ORDER_TAKING LEAD_GEN",
        Intent.PRODUCT_QUESTION: "RECOMMEND_PRODUCT PRODUCT_VARIANTS COMPARISON WARRANTY "
        "WHAT_SIZE_TO_ORDER ORIGINAL_PRODUCT ERGO_FEATURES ORTHO_FEATURES ABOUT_SOF_MATTRESS "
        "SIZE_CUSTOMIZATION SIDE_EFFECT EXPIRY_DATE",
        Intent.AVAILABILITY: "CHECK_PINCODE RESUME_DELIVERY STORE_INFORMATION "
        "INTERNATIONAL_SHIPPING PILLOWS CALL_CENTER",
        Intent.ORDER_STATUS: "ORDER_STATUS DELAY_IN_PARCEL DELAY_IN_DELIVERY",
        Intent.RETURN_REFUND: "REFUNDS_RETURNS_REPLACEMENTS RETURN_EXCHANGE CANCEL_ORDER "
        "REFUND_OF_ADDED_CASH REFUND_OF_WRONG_AMOUNT",
        Intent.SUPPORT_ISSUE: "PORTAL_ISSUE VERIFY_EMAIL ACCOUNT_NOT_VERIFIED ACCOUNT_RESET "
        "NO_EMAIL_CONFIRMATION CANNOT_SEE_JOINED_CONTESTS POINTS_NOT_UPDATED "
        "PAN_VERIFICATION_FAILED CHAT_WITH_AGENT",
        Intent.COMPLAINT: "CRITICISM",
        Intent.PRAISE: "APPRECIATION THANKS",
        Intent.SMALL_TALK: "GREETINGS_DAY",
        Intent.COLLAB: "DISTRIBUTORS FRANCHISE",
        Intent.FEEDBACK: "FEEDBACK",
    },
    "clinc150": {
        Intent.SMALL_TALK: "greeting goodbye tell_joke what_are_your_hobbies do_you_have_pets",
        Intent.PRAISE: "thank_you",
        Intent.ORDER_STATUS: "order_status",
        Intent.SUPPORT_ISSUE: "account_blocked",
        Intent.QUESTION: "where_are_you_from who_made_you how_old_are_you fun_fact",
        Intent.OTHER: "oos alarm calendar roll_dice calculator translate spelling traffic timer",
    },
    "hwu64": {
        Intent.PRAISE: "general_praise",
        Intent.SMALL_TALK: "general_greet general_quirky general_joke",
        Intent.QUESTION: "qa_factoid",
        Intent.OTHER: "alarm_set calendar_set iot_hue_lightoff lists_createoradd email_sendemail",
    },
    "multidogo": {
        Intent.PRAISE: "thankyou",
        Intent.SMALL_TALK: "openinggreeting closinggreeting",
        Intent.PURCHASE_INTENT: "startserviceintent startorder",
        Intent.SUPPORT_ISSUE: "reportbrokensoftware reportbrokenphone reportlostcard",
        Intent.PRICE_QUESTION: "getpromotions checkoffereligibility",
        Intent.RETURN_REFUND: "stoporder cancelserviceintent",
    },
    "rasa_nlu_training_data": {
        Intent.SMALL_TALK: "greet_smalltalk goodbyes_smalltalk",
        Intent.SUPPORT_ISSUE: "no_wifi_fixing_internet no_internet_fixing_internet "
        "internet_is_slow_fixing_internet",
        Intent.ORDER_STATUS: "show_my_order_status",
        Intent.PURCHASE_INTENT: "finish_and_pay_retail",
    },
}


def mapping(source: str) -> dict[str, Intent]:
    """Return our intent for each label of a set that has one."""
    return {
        label: intent
        for intent, labels in PUBLIC.get(source, {}).items()
        for label in labels.split()
    }
