"""The headings that people write over the columns of a roster, without spaces, signs and brackets. Pure."""

from app.people.imports.rules.kinds import Field

_NAME = """
    姓名 名字 学员姓名 学员名字 人员姓名 劳动者姓名 劳动力姓名 参训人员姓名 培训人员姓名 培训对象姓名 报名人
    报名人姓名 申请人 申请人姓名 本人姓名 真实姓名 成员姓名 学员 劳动力 劳动者 培训对象 参训人员 name
"""
_ID_NUMBER = """
    身份证 身份证号 身份证号码 证件号码 证件号 证件编号 身份证件号码 身份证件号 公民身份号码 公民身份证号码
    身份号码 居民身份证 居民身份证号 居民身份证号码 有效证件号码 本人身份证号 本人身份证号码 学员身份证号
    学员身份证号码 身份证编号 idnumber idcard id身份证号
"""
_SEX = """
    性别 男女 sex gender
"""
_PHONE = """
    联系电话 电话 手机 手机号 手机号码 电话号码 联系方式 联系手机 联系号码 本人电话 本人手机号 本人联系电话
    移动电话 学员电话 学员联系电话 联系电话手机 手机电话 电话手机 phone mobile tel
"""
_VILLAGE = """
    村 社区 村社区 社区村 村居 村居名称 行政村 行政村社区 行政村名 所在村 所属村 所在村社区 所属村社区 所在社区
    村名 村名称 村委会 居委会 村居委会 村委会居委会 户籍村 户籍所在村 户籍村社区 所在行政村 所属行政村 村组
    所在村组 村级 village
"""
_TOWN = """
    乡镇 镇 乡 街道 乡镇街道 镇街 镇街道 乡镇名称 所在乡镇 所属乡镇 所在乡镇街道 所属乡镇街道 户籍乡镇 镇乡
    镇乡街道 街道乡镇 乡镇办 镇办
"""
_COUNTY = """
    县 区县 县区 县市区 区县市 市县区 县市 所在县 所在县区 所属县区 所在县市区 所属县市区 户籍县
"""
_ADDRESS = """
    家庭地址 家庭住址 住址 地址 详细地址 家庭详细地址 家庭详细住址 户籍地址 户籍所在地 户籍地 户口所在地
    户口地址 现住址 现居住地 现居住地址 居住地址 居住地 常住地址 常住地 联系地址 通讯地址 身份证地址 身份证住址
    户籍详细地址 家庭所在地 详细住址 address
"""
_ETHNIC_GROUP = """
    民族 族别
"""
_EDUCATION = """
    文化程度 学历 文化水平 受教育程度 最高学历 教育程度 文化 学历层次
"""
_WORK_STATUS = """
    就业状态 就业状况 就业情况 当前就业状态 目前就业状态 目前状态 就失业状态
"""
_EMPLOYER = """
    工作单位 就业单位 务工单位 用工单位 单位名称 现工作单位 务工企业 就业企业
"""
_PAYEE_ACCOUNT = """
    银行账号 银行卡号 收款账号 银行帐号 账号 帐号 卡号 社保卡银行账号 社保卡金融账号 一卡通账号 惠农一卡通账号
    银行卡账号 收款银行账号
"""
_PAYEE_BANK = """
    开户银行 开户行 银行名称 收款银行 开户行名称 银行
"""
_OTHERS = """
    与户主关系 专业 人员类别 人员类型 健康状况 出生年月 出生年月日 出生日期 务工地点 务工时间 劳动能力
    原技术等级 培训工种 培训意愿 培训时间 培训机构 培训等级 填表日期 备注 婚姻状况 家庭人口 导入结果 就业意愿
    工种 年龄 序 序号 微信 微信号 户主 户主姓名 户口性质 户籍性质 户编号 报名时间 政治面貌 是否脱贫户 月收入
    村民小组 班次 班级 等级 签名 签字 紧急联系人 组 组别 编号 职业 脱贫属性 证书类型 证书编号 证件类型 邮箱
"""
_FOREIGN = """
    户主 父亲 母亲 监护人 紧急 联系人 配偶 子女 教师 老师 班主任 法人 单位联系 经办 负责人 信息员 家长 推荐人
    介绍人 帮扶
"""

KNOWN: dict[str, Field] = {
    word: field
    for field, words in (
        (Field.NAME, _NAME),
        (Field.ID_NUMBER, _ID_NUMBER),
        (Field.SEX, _SEX),
        (Field.PHONE, _PHONE),
        (Field.VILLAGE, _VILLAGE),
        (Field.TOWN, _TOWN),
        (Field.COUNTY, _COUNTY),
        (Field.ADDRESS, _ADDRESS),
        (Field.ETHNIC_GROUP, _ETHNIC_GROUP),
        (Field.EDUCATION, _EDUCATION),
        (Field.WORK_STATUS, _WORK_STATUS),
        (Field.EMPLOYER, _EMPLOYER),
        (Field.PAYEE_ACCOUNT, _PAYEE_ACCOUNT),
        (Field.PAYEE_BANK, _PAYEE_BANK),
    )
    for word in words.split()
}
OTHERS = frozenset(_OTHERS.split())
"""Headings of columns that an import does not take: they still show where the heading stands."""
FOREIGN = tuple(_FOREIGN.split())
"""A heading that starts with one of these speaks of somebody else."""
