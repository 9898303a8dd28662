"""Logging in and out, and the users whom admins manage."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from kb.database.users import LONGEST_NAME, LONGEST_PASSWORD, UserRefused, UserRole
from web.accounts import Account, must, within
from web.pages import the_base
from web.privacy import keep_from_search_engines

blueprint = Blueprint("accounts", __name__)


class LoginForm(FlaskForm):  # type: ignore[misc] # the library has no types
    """Name and password."""

    name = StringField("Name", [InputRequired("Give your name."), Length(max=LONGEST_NAME)])
    password = PasswordField("Password", [InputRequired("Give your password."), Length(max=LONGEST_PASSWORD)])


@blueprint.route("/login", methods=["GET", "POST"])
def log_in() -> Response | str | tuple[str, int]:
    """Log in, in a new session; nothing of the one before is taken over."""
    keep_from_search_engines()
    target = within(request.args.get("next", ""))
    form = LoginForm()
    if not form.validate_on_submit():
        return render_template("login.html", form=form), 422 if form.is_submitted() else 200
    user = the_base().users.verified(form.name.data, form.password.data)
    if user is None:
        form.password.errors = ["No user has this name and password. Check both, and try again."]
        return render_template("login.html", form=form), 422
    session.clear()
    login_user(Account(user))
    return redirect(target, 303)


@blueprint.post("/logout")
def log_out() -> Response:
    """End this session, and every other one of this user."""
    if current_user.is_authenticated and not current_user.is_local:
        the_base().users.end_sessions(current_user.name)
    session.clear()
    return redirect(url_for("home.front"), 303)


@blueprint.get("/users")
def users() -> Response | str:
    """Who may log in."""
    keep_from_search_engines()
    return must(UserRole.ADMIN) or render_template("users.html", users=the_base().users.all(), roles=list(UserRole))


@blueprint.post("/users")
def change_user() -> Response:
    """Add a user, or change or remove one."""
    if (elsewhere := must(UserRole.ADMIN)) is not None:
        return elsewhere
    try:
        flash(_changed(request.form.get("verb", ""), request.form.get("name", "")))
    except UserRefused as error:
        flash(f"This cannot be done: {error}.")
    return redirect(url_for("accounts.users"), 303)


def _changed(verb: str, name: str) -> str:
    """Do what the form says; return what was done."""
    kept, password = the_base().users, request.form.get("password", "")
    if verb in {"role", "remove"} and not current_user.is_local and name == current_user.name:
        raise UserRefused("nobody takes away the own role: ask another admin")
    match verb:
        case "add":
            kept.add(name, _role(), password)
            return f"{name} may log in now."
        case "role":
            kept.set_role(name, _role())
            return f"{name} is {_role()} now."
        case "password":
            kept.set_password(name, password)
            return f"{name} has another password, and is logged out everywhere."
        case "remove":
            kept.remove(name)
            return f"{name} may log in no more."
        case _:
            raise UserRefused("there is no such change")


def _role() -> UserRole:
    given = request.form.get("role", "")
    if given not in list(UserRole):
        raise UserRefused(f"the roles are {', '.join(UserRole)}")
    return UserRole(given)
