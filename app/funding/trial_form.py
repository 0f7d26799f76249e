"""The form of a trial: which pack, on which claims."""

from flask_wtf.file import FileField

from app.kernel.forms import ChoiceField, DayField, Form
from app.kernel.i18n import _, _l
from app.policies.queries import VersionNamed, versions


class TrialForm(Form):
    """A version that was imported, or a folder packed as a ZIP file that nobody imported yet."""

    version_id = ChoiceField(_l("政策包"), choices=[], validate_choice=False)
    file = FileField(
        _l("或者上传政策包"),
        description=_l(
            "把政策包的文件夹（pack.toml 和各个 CSV 表）压缩成 ZIP 上传；只试算，不导入。上传了就按上传的算。"
        ),
    )
    first = DayField(_l("申领从"), description=_l("按提交申领的日期；空着就是全部。"))
    last = DayField(_l("到"))

    def offer(self) -> "TrialForm":
        """Offer the versions."""
        named = [(str(one.id), _named(one)) for one in versions()]
        self.version_id.choices = [("", _("请选择")), *named]
        return self


def _named(one: VersionNamed) -> str:
    return _("%(title)s（%(day)s 起，%(hash)s）", title=one.title, day=one.valid_from, hash=one.sha256[:8])
