### Những câu emads-voice tự nói, bằng tiếng Việt. Ý nghĩa từng câu và từng chỗ trống: en.ftl.

## What a conversation says between its turns

greeting = Xin chào. Đây là trợ lý tự động. Tôi có thể giúp gì cho anh chị?
may_record = Xin chào. Đây là trợ lý tự động. Anh chị có đồng ý cho ghi âm cuộc gọi này không ạ? Xin trả lời có hoặc không.
we_call = Xin chào, tôi là trợ lý tự động{ $name ->
    [none] {"."}
   *[other] {" "}của { $name }.
} { $purpose ->
    [none] Anh chị có tiện nói chuyện không ạ?
   *[other] Tôi gọi về việc này: { $purpose }.
}
may_record_again = Xin lỗi, anh chị có đồng ý cho ghi âm cuộc gọi này không ạ? Đồng ý xin nói có hoặc bấm phím 1, không đồng ý xin nói không hoặc bấm phím 2.
recorded = Cảm ơn anh chị, từ giờ cuộc gọi được ghi âm. Tôi có thể giúp gì cho anh chị?
not_recorded = Cuộc gọi không được ghi âm. Tôi có thể giúp gì cho anh chị?
moment = Xin anh chị chờ một chút.
looking = Để tôi xem ạ.
still_there = Anh chị còn nghe máy không ạ?
come_in = Xin lỗi, cho tôi xin phép nói một chút được không ạ?
resumed = Xin lỗi, đường dây vừa bị gián đoạn. Xin anh chị nói tiếp.
held_elsewhere = Cuộc trò chuyện này đang diễn ra trên một đường dây khác. Anh chị có thể chờ một chút, hay là mình bắt đầu một cuộc mới ạ?
not_heard = Tôi chưa nghe thấy gì. Xin anh chị nói lại.
out_of_scope = Ở đây không ai trả lời được câu hỏi đó, nên cần một người xem xét. Anh chị có thể hỏi: { $agents }.
which_agent = Dạ, anh chị hỏi { $first }, hay { $second } ạ?
unavailable = Xin lỗi, hiện tôi chưa trả lời được. Xin anh chị thử lại sau ít phút.
transfer = Tôi xin nối máy cho anh chị gặp đồng nghiệp.
nobody_reached = Xin lỗi, hiện không liên lạc được với ai. Anh chị cần nhắn gì, xin nói ngay bây giờ, tôi sẽ chuyển lời.
message_kept = Cảm ơn anh chị, tôi đã ghi lại và sẽ chuyển lời. Tôi có thể giúp gì thêm không ạ?
message_not_wanted = Vâng, tôi không ghi lời nhắn. Tôi có thể giúp gì thêm cho anh chị?
goodbye = Cảm ơn anh chị đã gọi. Xin chào tạm biệt.
may_do = Tôi muốn làm việc này: { $what }. Anh chị có đồng ý không ạ?
may_do_again = Xin lỗi, đồng ý xin nói có hoặc bấm phím 1, không đồng ý xin nói không hoặc bấm phím 2. Tôi muốn làm việc này: { $what }. Anh chị có đồng ý không ạ?
cannot_be_decided_here = Việc này cần một quyết định không thể đưa ra bằng giọng nói. Tôi để ngỏ cho đến khi có người quyết định.
disclosure = Đây là trợ lý tự động.
hello = Xin chào, tôi có thể giúp gì cho anh chị?
welcome = Không có gì ạ.
capabilities = Anh chị có thể hỏi những nơi sau. { $agents }
identity = Tôi là trợ lý tự động, không phải người thật. Tôi chuyển câu hỏi của anh chị và nói lại câu trả lời.
nothing_to_repeat = Tôi chưa nói gì cả. Tôi có thể giúp gì cho anh chị?
all_right = Vâng ạ.
take_your_time = Anh chị cứ từ từ, tôi chờ.
here = Vâng, tôi đang nghe đây ạ.
listening = Tôi đang nghe ạ.
language_changed = Vâng, chúng ta nói tiếng Việt nhé.
language_unknown = Xin lỗi, tôi không nói được thứ tiếng đó.
no_person = Xin lỗi, từ đây tôi không chuyển máy cho người được.
callback = Vâng ạ. Xin anh chị cho biết ngay bây giờ gọi lại số nào và về việc gì.
no_callback = Xin lỗi, từ đây tôi không hẹn gọi lại cho anh chị được.
slower = Vâng, tôi sẽ nói chậm hơn.
faster = Vâng, tôi sẽ nói nhanh hơn.
louder = Vâng, tôi sẽ nói to hơn.
quieter = Vâng, tôi sẽ nói nhỏ hơn.
of_course = Vâng ạ.
yes_here = Vâng, tôi nghe ạ.
still_working = Tôi vẫn đang xử lý ạ.
moment_again = Xin anh chị chờ thêm chút nữa.
still_working_again = Vâng, tôi vẫn ở đây và đang tìm câu trả lời.
look_up = Xin anh chị chờ một chút, tôi tra cứu ngay.
nothing_done = Chưa có gì được phê duyệt hay thực hiện: đây chỉ là đề xuất, và người có thẩm quyền sẽ quyết định.
instructions_kept = Tôi không nói về cách mình được hướng dẫn, nhưng sẵn lòng trả lời câu hỏi của anh chị.
there_is_more = Vẫn còn nữa: anh chị cứ bảo tôi nói tiếp.

## What specialists say

start_over = Xin lỗi, tôi xin trả lời lại.
speaker = { $agent ->
    [ceo] tổng giám đốc
    [cto] giám đốc công nghệ
    [coo] giám đốc vận hành
   *[other] bộ phận { $agent }
}
subject = { $agent ->
    [cto] về mặt công nghệ
    [coo] về mặt vận hành
   *[other] bộ phận { $agent }
}
agent_says = { CAPITAL($who) } trả lời: { $answer }

## The decision, when agents propose something

nothing_to_weigh = Các bên chưa đưa ra phương án nào để so sánh. Việc này cần một người xem xét và quyết định.
best_option = Điểm cao nhất là { $option }, { $points } trên 100.
two_options = Hai phương án gần ngang nhau: { $first }, { $first_points } điểm, và { $second }, { $second_points } điểm.
outscored_option = Phương án được đề xuất là { $option }, { $points } trên 100. Điểm cao hơn là { $better }, { $better_points } điểm.
tied_options = { $count } phương án bằng điểm nhau, { $points } trên 100 điểm: { $options }.
advised_against = Ý kiến chung là không nên chọn: { $options }.
why = Điểm mạnh là { $why }.
why_first = Điểm mạnh của phương án đầu là { $why }.
objection = Ngược lại, { $who } lưu ý: { $objection }.
objection_to = Ngược lại, về { $option }, { $who } lưu ý: { $objection }.
disagreement = { CAPITAL($who) } chưa thống nhất về { $about }.
disagreement_on_options = Ý kiến còn khác nhau: { $positions }.
position = { $who } chọn { $option }
about_recommendation = việc nên làm gì
about_identity = đang nói đến phương án nào
about_timeline = thời gian thực hiện
about_cost = chi phí
about_risk = rủi ro
about_confidence = mức độ chắc chắn
risk_with_cost = Rủi ro ở mức { $level }, chi phí là { $cost }.
risk_with_cost_of = Rủi ro ở mức { $level }, chi phí của { $option } là { $cost }.
risk_alone = Rủi ro ở mức { $level }.
risk_without_cost = Rủi ro ở mức { $level }, chi phí chưa được biết đầy đủ.
complexity_level = Độ phức tạp ở mức { $level }.
level_low = thấp
level_medium = trung bình
level_high = cao
who_decides = Đây chỉ là đề xuất, { $who } quyết định.
management_because = Ban lãnh đạo phải xem xét vì { $reasons }.
because_complexity = độ phức tạp
because_risk = rủi ro
because_budget = ngân sách
because_legal = vấn đề pháp lý
because_compliance = việc tuân thủ
because_data_breach = nguy cơ lộ dữ liệu
because_conflict = việc các bên chưa thống nhất
because_incomplete = thông tin còn thiếu

## Costs

dollars = { SPOKEN($amount) } đô la
dong = { SPOKEN($amount) } đồng
other_money = { SPOKEN($amount) } { $currency }
from_to = { $least } đến { $most }
cost_once = { $money } một lần
cost_monthly = { $money } mỗi tháng
saves_once = tiết kiệm { $money } một lần
saves_monthly = tiết kiệm { $money } mỗi tháng
cost_nothing = không đồng nào
cost_unknown = một khoản chưa rõ
cost_converted = { $cost }, tính theo tỷ giá của công ty

## Answers from the handbook

cited = Theo { LOWER($document) }, mục { $section }: { $text }
cited_whole = Theo { LOWER($document) }: { $text }
as_told = Dạ, như tôi vừa nói: { $text }
contradicting = Dạ, chỗ này các tài liệu không thống nhất. { CAPITAL($first) } ghi: { $said } Còn { LOWER($second) } ghi: { $alsosaid } Anh chị vui lòng hỏi người phụ trách xem bản nào đúng ạ.
product = Như vậy { $things ->
        [none] một năm
       *[other] { $count } { $things }
    } là { $about ->
        [exactly] { SPOKEN($total) }
       *[other] khoảng { SPOKEN($total) }
    } { $currency } ạ.
nothing_found = Dạ, sổ tay công ty không nói gì về việc này, nên tôi không trả lời thay được. Anh chị có thể hỏi cách khác, hoặc hỏi trực tiếp người phụ trách ạ.
part_not_found = Còn câu “{ $question }” thì sổ tay công ty không nói gì ạ.
which_subject = Dạ, anh chị đang hỏi về việc gì ạ?
which_section = Dạ, anh chị hỏi về { LOWER($first) }, hay { LOWER($second) } ạ?
not_decided = Dạ, { $document } không ghi như vậy. { $initiative } vẫn chỉ là đề xuất, chưa có quyết định nào ạ.
cannot_act = Dạ, tôi không làm thay được việc đó. Tôi chỉ cung cấp thông tin, việc quyết định là của người phụ trách, và chưa có gì được thực hiện ạ.
least_cost = Rẻ nhất là phương án { LOWER($option) }.
least_once = Ban đầu rẻ nhất là phương án { LOWER($option) }.
least_monthly = Hằng tháng rẻ nhất là phương án { LOWER($option) }.
least_time = Nhanh nhất là phương án { LOWER($option) }.
initiative_papers = hồ sơ sáng kiến
option_costs = Phương án { $option } tốn { $cost }.
initiative_costs = { $initiative } tốn { $cost }.
option_takes = Phương án { $option } mất { $time }.
main_risks = Rủi ro chính là { $risks }.
remedy = Cách phòng ngừa: { $remedy }.
needs = Cần { $needs }.
quantity = { $quantity } { $what }
area_changes = Về { $area }: { $change }.
options = Có { $count } phương án: { $options }.
option_recommended = Phương án được khuyến nghị là { $option }.
benefits = Lợi ích là { $benefits }.
side_missing = Về phía { $who }, { $document } không ghi { $side }.
side_position = quan điểm
side_cost = chi phí
side_risk = rủi ro
side_time = thời gian
side_people = nhân sự
side_options = các phương án
side_benefit = lợi ích
