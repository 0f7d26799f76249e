"""The words for what is wrong with a value and for what was repaired. Pure."""

from app.kernel.marking import N_
from app.people.imports.rules.kinds import Fault, Field, Mend, Skip

FIELD_WORDS = {
    Field.NAME: N_("姓名"),
    Field.ID_NUMBER: N_("身份证号码"),
    Field.SEX: N_("性别"),
    Field.PHONE: N_("手机号码"),
    Field.VILLAGE: N_("村（社区）"),
    Field.TOWN: N_("乡镇（街道）"),
    Field.COUNTY: N_("县（市、区）"),
    Field.ADDRESS: N_("住址"),
    Field.ETHNIC_GROUP: N_("民族"),
    Field.EDUCATION: N_("文化程度"),
    Field.WORK_STATUS: N_("就业状态"),
    Field.EMPLOYER: N_("工作单位"),
    Field.PAYEE_ACCOUNT: N_("收款账号"),
    Field.PAYEE_BANK: N_("开户银行"),
}

FAULT_WORDS = {
    Fault.NO_NAME: N_("没有写姓名。"),
    Fault.NAME: N_("姓名请按身份证填写，只写汉字和间隔号“·”，不写数字、称呼和其他符号。"),
    Fault.NAME_LENGTH: N_("姓名应当是 2 到 40 个字。"),
    Fault.NO_NUMBER: N_("没有写身份证号码。"),
    Fault.STORED_AS_NUMBER: N_("身份证号码在表里存成了数字，后几位已经丢失。请把这一格设为文本，对照身份证重新填写。"),
    Fault.STORED_AS_DATE: N_("身份证号码这一格是日期，请对照身份证重新填写。"),
    Fault.FIFTEEN: N_("这是 15 位的旧号码，已经停用，没有校验位，不能自动换算。请填 18 位的身份证号码。"),
    Fault.LENGTH: N_("身份证号码应当是 18 位，这里是 %(n)s 位，请对照身份证再看一遍。"),
    Fault.CHARACTERS: N_("身份证号码前 17 位只能是数字，最后一位是数字或 X。"),
    Fault.AREA: N_("身份证号码开头的地区代码不存在，请对照身份证再看一遍。"),
    Fault.DATE: N_("身份证号码里的出生日期不存在，请对照身份证再看一遍。"),
    Fault.FUTURE: N_("身份证号码里的出生日期还没有到，请对照身份证再看一遍。"),
    Fault.SEQUENCE: N_("身份证号码的顺序码不能是 000，请对照身份证再看一遍。"),
    Fault.CHECK: N_("身份证号码的最后一位对不上，多半是有一位写错了，请对照身份证再看一遍。"),
    Fault.TWICE: N_("身份证号码和第 %(n)s 行重复，一个人只留一行。"),
    Fault.OTHER_NAME: N_("这个身份证号码已经登记，登记的是另一个姓名。请对照身份证核对姓名和号码。"),
    Fault.ELSEWHERE: N_("这个身份证号码已在别处登记，请联系当地信息员。"),
    Fault.SEX: N_("性别和身份证号码对不上，请对照身份证核对。"),
    Fault.PHONE: N_("手机号码应当是 11 位数字，以 1 开头；没有手机就空着。"),
    Fault.PHONE_ROUNDED: N_("手机号码在表里变成了科学计数，后几位已经丢失，请重新填写。"),
    Fault.TWO_PHONES: N_("这里写了不止一个号码，请只留本人常用的一个。"),
    Fault.NO_VILLAGE: N_("没有写村（社区）。"),
    Fault.UNKNOWN_VILLAGE: N_("区划里没有这个村（社区），请写明乡镇和村的全名。"),
    Fault.WHICH_VILLAGE: N_("有 %(n)s 个村（社区）叫这个名字，请写明是哪个县、哪个乡镇的。"),
    Fault.OUTSIDE: N_("这个村不在您负责的范围内。"),
    Fault.ACCOUNT: N_("银行账号应当是 10 到 25 位数字，请对照社保卡或存折再看一遍。"),
    Fault.ACCOUNT_NUMBER: N_("银行账号在表里存成了数字，后几位可能已经丢失。请把这一格设为文本，重新填写。"),
    Fault.YOUNG: N_("不满 %(n)s 周岁，不登记。"),
}

MEND_WORDS = {
    Mend.SPACES: N_("去掉了空格。"),
    Mend.FULL_WIDTH: N_("全角改成了半角。"),
    Mend.LOWER_X: N_("最后一位写成了大写 X。"),
    Mend.APOSTROPHE: N_("去掉了前面的撇号。"),
    Mend.TRAILING_ZERO: N_("去掉了末尾的“.0”。"),
    Mend.SIGNS: N_("去掉了多余的符号。"),
    Mend.NAME_SPACES: N_("去掉了姓名里的空格。"),
    Mend.NAME_DOT: N_("间隔号统一写成了“·”。"),
    Mend.NAME_SIGNS: N_("去掉了看不见的字符。"),
    Mend.PHONE_NUMBER: N_("号码在表里存成了数字，已改成文本。"),
    Mend.PHONE_SIGNS: N_("去掉了空格、横线或 +86。"),
    Mend.NO_PHONE: N_("按没有手机登记。"),
    Mend.ONE_HERE: N_("同名的村不止一个，按您负责的范围认定。"),
    Mend.VILLAGE_KIND: N_("按区划里的名称认定，写法和表里不同。"),
    Mend.DEFAULT_VILLAGE: N_("没有写村，登记到您选定的村。"),
    Mend.ETHNIC_GROUP: N_("不在 56 个民族的名称里，照原样登记，请核对。"),
    Mend.EDUCATION: N_("没有看懂，先按初中登记，请核对。"),
    Mend.WORK_STATUS: N_("没有看懂，先按务农登记，请核对。"),
    Mend.SEX_UNREAD: N_("没有看懂，以身份证号码为准。"),
    Mend.KNOWN: N_("已经登记过，这次没有改动。资料有变化的，由村信息员核对以后修改。"),
}

SKIP_WORDS = {
    Skip.BLANK: N_("空行，没有读。"),
    Skip.TOTAL: N_("合计行，没有读。"),
    Skip.HEADING: N_("重复的表头，没有读。"),
    Skip.NOTE: N_("说明或签字行，没有读。"),
}
