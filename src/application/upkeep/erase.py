"""Erase a user with diary and account."""

from cinestats.application.access.accounts import AccountManager

from .forget import Forgetter


def erase_user(user_id: str, actor: str, forgetter: Forgetter, accounts: AccountManager) -> int:
    """Forget the diary and end the account; returns how many events were erased.

    The diary goes first: where it cannot be erased yet (StoreBusy), the user can still sign
    in and try again. Once the account is gone nobody writes any more; what a session or a
    hook wrote in between is erased after it.
    """
    erased = forgetter.forget(user_id)
    accounts.remove(user_id, actor)
    return erased + forgetter.forget(user_id)
