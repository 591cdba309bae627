"""The extensions, made once and bound to an application in ``create_app``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy

from eventsapp.core import revision
from eventsapp.core.db import Base, listen

db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:

    class Model(Base):
        """What every table derives from, as the type checker sees it."""

        __abstract__ = True
else:
    Model = db.Model
login_manager = LoginManager()
babel = Babel()

listen(db.session)
revision.listen(db.session)
