"""What an operator sets from outside: one table, one class, one way to load them.

`SETTINGS` names every setting with what it is for, its default and an example, so that documentation
and `.env.example` are tested against it. `load_settings` gives a `Settings` with everything checked, or
a `SettingsError` that names every wrong setting at once and never repeats what was typed into one.
"""

from adapters.settings.checked import SHIPPED_CONTENT, Settings
from adapters.settings.loading import SettingsError, load_settings
from adapters.settings.table import SETTINGS, Setting

__all__ = [
    "SETTINGS",
    "SHIPPED_CONTENT",
    "Setting",
    "Settings",
    "SettingsError",
    "load_settings",
]
