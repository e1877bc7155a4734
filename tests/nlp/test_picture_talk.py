"""Who writes on a page is known by where the lines stand, and by the faces beside them."""

from nlp.picture import read_picture
from nlp.picture_layout import Page
from nlp.picture_talk import bubbles, own_words
from nlp.pictured import Line, PictureKind
from tests.nlp.pages import page_of


def talk(*rows: tuple[str, str]) -> list[Line]:
    """Rows of who writes and what: 「我」 on the right, others on the left."""
    lines = []
    for n, (who, said) in enumerate(rows):
        top, wide = 200 + 100 * n, 28 * len(said)
        mine = who == "我"
        face = (740, top, 770, top + 30) if mine else (30, top, 60, top + 30)
        words = (700 - wide, top, 700, top + 30) if mine else (110, top, 110 + wide, top + 30)
        lines += [Line(who, face), Line(said, words)]
    return lines


def test_lines_left_and_right_in_turn_are_a_talk() -> None:
    lines = [
        Line("还没收到卡密", (40, 100, 300, 130)), Line("已经发到订单里了哦", (450, 180, 760, 210)),
        Line("在哪里看", (40, 260, 240, 290)), Line("订单最下面", (500, 340, 760, 370)),
    ]  # fmt: skip
    assert bubbles(Page(lines)) == 3


def test_lines_beside_faces_are_a_talk_though_only_one_of_them_is_ones_own() -> None:
    assert bubbles(Page(talk(("赵", "明天聚餐吗"), ("钱", "都行"), ("赵", "老地方"), ("我", "好")))) >= 3


def test_what_is_written_over_a_talk_is_not_said_in_it() -> None:
    lines = talk(("店", "卡密发您了"), ("我", "收到了 谢谢"), ("店", "祝您愉快"), ("我", "好的"))
    signs = read_picture([*lines, Line("还没有发货", (200, 700, 500, 760))], (800, 1600)).signs
    assert "received" in signs and "not_received" not in signs


def test_a_talk_with_faces_about_anything_is_a_talk() -> None:
    lines = talk(("赵", "明天聚餐吗"), ("我", "几点"), ("赵", "七点老地方"), ("我", "行"))
    assert read_picture(lines, (800, 1600)).kind is PictureKind.CHAT


def test_icons_that_do_not_come_again_are_no_faces() -> None:
    page = page_of("卡|我的卡包|查看\n券|优惠券|查看\n余|账户余额|查看\n设|系统设置|查看")
    assert bubbles(page) == 0
    page = page_of("江|江边小馆|4.2分\n江|江南烧饼|4.1分\n米|米线铺|4.4分\n豆|豆花庄|4.3分")
    assert bubbles(page) == 0


def test_when_it_was_written_stands_in_the_middle() -> None:
    lines = [
        Line("晚高峰 3 号线", (30, 10, 240, 40)), Line("昨天 20:12", (340, 120, 460, 145)), Line("下班了吗", (40, 200, 160, 230)),
        Line("路上", (40, 290, 100, 320)), Line("等你吃饭", (640, 380, 760, 410)),
    ]  # fmt: skip
    assert bubbles(Page(lines)) == 2
    assert bubbles(Page([line for line in lines if ":" not in line.text])) == 0


def test_labels_with_their_values_are_no_talk() -> None:
    assert bubbles(page_of("订单编号|KM2026\n下单时间|2026-11-20\n实付款|97.50")) == 0
    assert bubbles(page_of("1|选择商品\n2|填写账号\n3|付款\n4|收货")) == 0


def test_ones_own_words_stand_on_the_right() -> None:
    page = Page(talk(("商", "兑换成功了吗"), ("我", "可以了"), ("商", "欢迎再来"), ("我", "好的谢谢")))
    assert [piece.plain for piece in own_words(page, page.told)] == ["可以了", "好的谢谢"]
    log = page_of("我 10:25:20\n还没收到\n客服 10:27:06\n已补发\n我 10:31:19\n能用了")
    assert own_words(log, log.told) == log.told


def test_a_dialog_is_centred_and_no_talk() -> None:
    said = ["兑换中心", "立即兑换", "兑换码不存在或输入有误", "知道了"]
    lines = [Line(text, (400 - 14 * len(text), 100 + 90 * n, 400 + 14 * len(text), 130 + 90 * n)) for n, text in enumerate(said)]
    lines += [Line("请输入兑换码", (40, 145, 208, 175)), Line("规则", (40, 600, 96, 630)), Line("19:37", (700, 20, 770, 50))]
    assert bubbles(Page(lines)) == 0


def test_ones_own_words_stand_under_ones_own_name() -> None:
    lines = [
        Line("我", (680, 80, 700, 100)), Line("卡密还没给我", (590, 113, 700, 140)), Line("客服小柠", (20, 180, 120, 200)),
        Line("已经重新下发", (40, 215, 300, 240)), Line("订单编号 SLN-8463", (730, 110, 1000, 130)), Line("实付 148.00", (730, 170, 900, 190)),
    ]  # fmt: skip
    page = Page(lines)
    own = [piece.plain for piece in own_words(page, page.pieces)]
    assert "卡密还没给我" in own and "已经重新下发" not in own


def test_one_sign_beside_what_is_said_is_a_face_that_was_read() -> None:
    lines = [
        Line("卡密发到订单里了", (40, 200, 300, 230)), Line("看到了 绑定成功", (500, 300, 690, 330)), Line("心", (720, 300, 740, 330)),
        Line("祝您愉快", (40, 400, 160, 430)),
    ]  # fmt: skip
    page = Page(lines)
    assert [piece.plain for piece in own_words(page, page.pieces)] == ["看到了 绑定成功"]
