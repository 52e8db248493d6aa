"""The support desk on the web: its API under ``/api/desk``, its pages under ``/desk``."""

from bot.web.desk.access import AccessError
from bot.web.desk.desk import Desk
from bot.web.desk.opening import catch_up, open_desk
from bot.web.desk.routes import desk_routes

__all__ = ["AccessError", "Desk", "catch_up", "desk_routes", "open_desk"]
