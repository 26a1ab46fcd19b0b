"""Forms: signing in, one's own account, and the people that admins keep."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from academy.accounts.models import POSTS
from academy.accounts.rules import normal_login, password_problem, phone_problem, username_problem
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.permissions import ROLES
from academy.web.forms import BaseForm, LockedForm, strip


def normalised(value: Any) -> Any:
    """Field filter: bring a typed sign-in name or phone number into the form that is stored."""
    return normal_login(value) if isinstance(value, str) else value


def check_phone(form: Any, field: Any) -> None:
    """Field validator: no phone number is fine, a wrong one is not."""
    if field.data and (problem := phone_problem(field.data)):
        raise ValidationError(problem)


def check_username(form: Any, field: Any) -> None:
    """Field validator for the sign-in name."""
    if problem := username_problem(field.data or ""):
        raise ValidationError(problem)


def options(names: Mapping[str, Any]) -> list[SelectChoice]:
    """Return the choices of a field from a mapping of value to label."""
    return [SelectChoice(value=key, label=label) for key, label in names.items()]


class SignInForm(BaseForm):
    """A name or phone number, and the password."""

    login = StringField(_l("登录名或手机号"), filters=[strip], validators=[DataRequired(_l("请填写登录名或手机号"))])
    password = PasswordField(_l("密码"), validators=[DataRequired(_l("请填写密码"))])


class PasswordForm(BaseForm):
    """Changing one's own password."""

    current = PasswordField(_l("现在的密码"), validators=[DataRequired(_l("请填写现在的密码"))])
    new = PasswordField(_l("新密码"), validators=[DataRequired(_l("请填写新密码"))])
    again = PasswordField(_l("再填一遍新密码"), validators=[DataRequired(_l("请再填一遍新密码"))])

    def __init__(self, *args: Any, own_names: tuple[str | None, ...] = (), **kwargs: Any) -> None:
        """`own_names`: the sign-in name and phone number, which the password must differ from."""
        super().__init__(*args, **kwargs)
        self.own_names = own_names

    def validate_new(self, field: Any) -> None:
        """Apply the password rules."""
        if problem := password_problem(field.data, self.own_names):
            raise ValidationError(problem)

    def validate_again(self, field: Any) -> None:
        """Both must be the same."""
        if self.new.data and field.data != self.new.data:
            raise ValidationError(_("两次填写的新密码不一样"))


class ProfileForm(BaseForm):
    """What a person may change about their own account, besides how they read."""

    phone = StringField(_l("手机号"), filters=[normalised], validators=[check_phone])


class PersonForm(LockedForm):
    """A person, as an admin enters them. `roles` and `role_unit` are only there for those who may give roles."""

    name = StringField(
        _l("姓名"),
        filters=[strip],
        validators=[DataRequired(_l("请填写姓名")), Length(max=60, message=_l("姓名最多 %(max)d 个字"))],
    )
    username = StringField(
        _l("登录名"), filters=[normalised], validators=[DataRequired(_l("请填写登录名")), check_username]
    )
    phone = StringField(_l("手机号"), filters=[normalised], validators=[check_phone])
    unit_id = SelectField(_l("所在单位"), invalid_choice_message=_l("请从列表中选择单位"))
    post = SelectField(_l("岗位"), choices=options(POSTS), invalid_choice_message=_l("请从列表中选择岗位"))
    roles = SelectMultipleField(
        _l("角色"),
        choices=options(ROLES),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        invalid_choice_message=_l("请从列表中选择角色"),
    )
    role_unit_id = SelectField(_l("管理哪个单位"), invalid_choice_message=_l("请从列表中选择单位"))

    def __init__(self, *args: Any, units: Iterable[SelectChoice], gives_roles: bool, **kwargs: Any) -> None:
        """`units`: the units on offer; `gives_roles`: whether roles are asked for at all."""
        super().__init__(*args, **kwargs)
        offered = list(units)
        self.unit_id.choices = [SelectChoice(value="", label=_("请选择")), *offered]
        self.role_unit_id.choices = [SelectChoice(value="", label=_("请选择")), *offered]
        if not gives_roles:
            del self.roles
            del self.role_unit_id

    def validate_unit_id(self, field: Any) -> None:
        """Those who keep one subtree must place people in it; only an admin may leave the unit open."""
        if not field.data and "roles" not in self:
            raise ValidationError(_("请选择所在单位"))

    def validate_roles(self, field: Any) -> None:
        """Everybody has a role."""
        if not field.data:
            raise ValidationError(_("请至少选择一个角色"))

    def validate_role_unit_id(self, field: Any) -> None:
        """A unit admin has a unit."""
        if "unit_admin" in (self.roles.data or []) and not field.data:
            raise ValidationError(_("请选择这位单位管理员管理哪个单位"))
