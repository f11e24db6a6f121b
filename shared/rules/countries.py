"""The country of a contact."""


def country_of(phone: str | None, bsuid: str | None) -> str | None:
    """Return the country of a phone number (`+33…`), else the one that a BSUID (`FR.1349…`) starts with, or None."""
    return (_country_of_number(phone) if phone else None) or (bsuid[:2] if bsuid else None)


def _country_of_number(phone: str) -> str | None:
    import phonenumbers  # here, since most messages are handled without its tables

    try:
        region: str | None = phonenumbers.region_code_for_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return None
    return None if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY else region
