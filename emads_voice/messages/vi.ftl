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
still_there_again = A lô, anh chị có nghe tôi nói không ạ?
come_in = Xin lỗi, cho tôi xin phép nói một chút được không ạ?
come_in_again = Dạ, xin phép cho tôi nói một câu được không ạ?
resumed = Xin lỗi, đường dây vừa bị gián đoạn. Xin anh chị nói tiếp.
held_elsewhere = Cuộc trò chuyện này đang diễn ra trên một đường dây khác. Anh chị có thể chờ một chút, hay là mình bắt đầu một cuộc mới ạ?
held_elsewhere_again = Cuộc trò chuyện vẫn đang diễn ra ở đường dây kia. Anh chị chờ thêm, hay là mình bắt đầu một cuộc mới ạ?
not_heard = Tôi chưa nghe thấy gì. Xin anh chị nói lại.
not_heard_again = Tôi vẫn chưa nghe thấy gì. Xin anh chị nói to hơn một chút, hoặc kiểm tra lại micrô.
not_recognised = Xin lỗi, ở đây vừa có lỗi nên tôi chưa nghe ra anh chị nói gì. Xin anh chị nói lại.
not_recognised_again = Tôi vẫn chưa nghe ra anh chị nói gì, đây là lỗi bên tôi. Xin anh chị thử lại lần nữa.
out_of_scope = Ở đây không ai trả lời được câu hỏi đó, nên cần một người xem xét. Anh chị có thể hỏi: { $agents }.
out_of_scope_again = Câu này ở đây cũng không ai trả lời được, cần một người xem giúp. Những nơi anh chị hỏi được là: { $agents }.
which_agent = Dạ, anh chị hỏi { $first }, hay { $second } ạ?
which_agent_again = Tôi vẫn chưa rõ, anh chị muốn hỏi { $first }, hay hỏi { $second } ạ?
unavailable = Xin lỗi, hiện tôi chưa trả lời được. Xin anh chị thử lại sau ít phút.
unavailable_again = Xin lỗi, tôi vẫn chưa trả lời được. Có thể phải chờ thêm một lúc nữa.
only_shown = Câu trả lời là nội dung để xem, không đọc thành lời được. Anh chị có thể nhờ tôi diễn đạt bằng lời ạ.
only_shown_again = Câu trả lời này cũng chỉ để xem, không đọc thành lời được. Nếu anh chị cần, tôi có thể diễn đạt bằng lời.
transfer = Tôi xin nối máy cho anh chị gặp đồng nghiệp.
nobody_reached = Xin lỗi, hiện không liên lạc được với ai. Anh chị cần nhắn gì, xin nói ngay bây giờ, tôi sẽ chuyển lời.
nobody_reached_again = Tôi vẫn chưa liên lạc được với ai. Anh chị muốn nhắn gì, xin cứ nói ạ.
message_kept = Cảm ơn anh chị, tôi đã ghi lại và sẽ chuyển lời. Tôi có thể giúp gì thêm không ạ?
message_kept_again = Vâng, tôi ghi thêm rồi và sẽ chuyển lời. Anh chị cần gì nữa không ạ?
message_not_wanted = Vâng, tôi không ghi lời nhắn. Tôi có thể giúp gì thêm cho anh chị?
goodbye = Cảm ơn anh chị đã gọi. Xin chào tạm biệt.
goodbye_outgoing = Cảm ơn anh chị đã nghe máy. Xin chào tạm biệt.
may_do = Tôi muốn làm việc này: { $what }. Anh chị có đồng ý không ạ?
may_do_again = Xin lỗi, đồng ý xin nói có hoặc bấm phím 1, không đồng ý xin nói không hoặc bấm phím 2. Tôi muốn làm việc này: { $what }. Anh chị có đồng ý không ạ?
cannot_be_decided_here = Việc này cần một quyết định không thể đưa ra bằng giọng nói. Tôi để ngỏ cho đến khi có người quyết định.
disclosure = Đây là trợ lý tự động.
hello = Xin chào, tôi có thể giúp gì cho anh chị?
welcome = Không có gì ạ.
welcome_again = Dạ, rất vui được giúp anh chị.
capabilities = Anh chị có thể hỏi những nơi sau. { $agents }
capabilities_again = Như tôi vừa nói, anh chị hỏi được những nơi này. { $agents }
identity = Tôi là trợ lý tự động, không phải người thật. Tôi chuyển câu hỏi của anh chị và nói lại câu trả lời.
nothing_to_repeat = Tôi chưa nói gì cả. Tôi có thể giúp gì cho anh chị?
all_right = Vâng ạ.
take_your_time = Anh chị cứ từ từ, tôi chờ.
here = Vâng, tôi đang nghe đây ạ.
listening = Tôi đang nghe ạ.
language_changed = Vâng, chúng ta nói tiếng Việt nhé.
language_unknown = Xin lỗi, tôi không nói được thứ tiếng đó.
language_unknown_again = Rất tiếc, thứ tiếng đó tôi chưa nói được.
no_person = Xin lỗi, từ đây tôi không chuyển máy cho người được.
no_person_again = Ở đây vẫn chỉ có tôi, tôi không có cách nào chuyển máy cho ai cả.
callback = Vâng ạ. Xin anh chị cho biết ngay bây giờ gọi lại số nào và về việc gì.
no_callback = Xin lỗi, từ đây tôi không hẹn gọi lại cho anh chị được.
no_callback_again = Rất tiếc, việc hẹn gọi lại tôi không làm được từ đây.
slower = Vâng, tôi sẽ nói chậm hơn.
faster = Vâng, tôi sẽ nói nhanh hơn.
louder = Vâng, tôi sẽ nói to hơn.
quieter = Vâng, tôi sẽ nói nhỏ hơn.
of_course = Dạ, được ạ.
yes_here = Vâng, tôi nghe ạ.
still_working = Tôi vẫn đang xử lý ạ.
moment_again = Xin anh chị chờ thêm chút nữa.
still_working_again = Vâng, tôi vẫn ở đây và đang tìm câu trả lời.
doing = Để tôi { $what } ạ.
look_up = Xin anh chị chờ một chút, tôi tra cứu ngay.
nothing_done = Chưa có gì được phê duyệt hay thực hiện: đây chỉ là đề xuất, và người có thẩm quyền sẽ quyết định.
instructions_kept = Tôi không nói về cách mình được hướng dẫn, nhưng sẵn lòng trả lời câu hỏi của anh chị.
there_is_more = Vẫn còn nữa: anh chị cứ bảo tôi nói tiếp.
plan_action = Thực hiện phương án { $option }.
plan_waits = Đề xuất này đang chờ phê duyệt, mã tham chiếu { $reference }.
plan_not_put = Hiện tôi chưa trình được đề xuất này cho ai phê duyệt, nên chưa có gì được thực hiện.
plan_tied = Vì bằng điểm nhau nên tôi chưa trình phương án nào để phê duyệt: xin cho biết anh chị muốn đề xuất phương án nào.

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
tied_in_short = { $count } phương án bằng điểm nhau: { $options }.
best_in_short = Điểm cao nhất là { $option }.
close_in_short = { CAPITAL($first) } và { $second } gần ngang điểm.
outscored_in_short = Đề xuất là { $option }, nhưng { $better } cao điểm hơn.
advised_against = Ý kiến chung là không nên chọn: { $options }.
unnamed_option = một phương án chưa có tên
unnamed_reason = một điều không đọc ra được
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
without_cost = Chi phí chưa được biết đầy đủ.
cost_of = Chi phí{ $option ->
    [none] {""}
   *[other] {" "}của { $option }
} là { $cost }.
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
because_compliance = tuân thủ
because_data_breach = nguy cơ lộ dữ liệu
because_conflict = ý kiến còn khác nhau
because_incomplete = thiếu thông tin

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
first_year = đến { $money } trong năm đầu

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

## What stands in the minutes of a meeting

minutes_of = Biên bản: { $name }
minutes_recorded = Ghi âm lúc: { $when }, { $source }
minutes_given_date = theo ngày được cho
minutes_by_tag = theo thông tin trong tệp
minutes_by_file = theo ngày của tệp
minutes_lasts = Thời lượng: { $duration }
minutes_speakers = Người nói: { $speakers }
minutes_embedded = Được tìm không qua mô hình ngôn ngữ, theo những gì được nói rõ ràng: xin đọc bản ghi lời để biết những gì chỉ được ngụ ý.
minutes_model = Được tìm bởi { $model }; mỗi mục đều dựa trên lời trong bản ghi.
minutes_model_failed = Không dùng được mô hình ngôn ngữ ({ $reason }), nên các mục được tìm theo những gì được nói rõ ràng.
minutes_dropped = { $count } mục đã bị bỏ vì không ai nói những lời được trích.
minutes_actions = Việc cần làm
minutes_decisions = Quyết định
minutes_appointments = Lịch hẹn
minutes_questions = Điều cần hỏi lại
minutes_no_actions = Không tìm thấy việc cần làm.
minutes_no_decisions = Không tìm thấy quyết định.
minutes_who = Người làm
minutes_task = Việc
minutes_due = Hạn
minutes_said = Lời nói
minutes_nobody = chưa rõ ai
minutes_agreed = Đồng ý: { $names }
minutes_against = Không đồng ý: { $names }
minutes_which_day = “{ $when }”: là { $options }?
minutes_what_day = “{ $when }”: là ngày nào?
minutes_who_does = “{ $task }”: ai làm?
minutes_or = { $first } hay { $second }
minutes_transcript = Bản ghi lời
minutes_unsure = chưa chắc
minutes_nobody_spoke = Không ai nói trong bản ghi âm này.
minutes_due_event = Hạn: { $task } ({ $who })

## What stands in the report on a call

quality_of = Cuộc gọi { $name }
quality_score = Điểm: { $score }
quality_passed = { $percent } %, đạt (từ { $mark } %)
quality_failed = { $percent } %, không đạt (từ { $mark } %)
quality_open = { $percent } %, chưa kết luận (đạt từ { $mark } %): tùy vào phần chưa rõ
quality_failed_by = { $percent } %, không đạt vì vi phạm: { $criteria }
quality_scorecard = Bảng chấm: { $title }
quality_agent = Nhân viên: { $name } ({ $label })
quality_no_agent = Chưa rõ ai là nhân viên nên lời của mọi người đều được chấm. Xin cho biết bằng --agent-speaks.
quality_swapped = { $label } nói những câu của nhân viên: có thể hai kênh bị đổi chỗ.
quality_embedded = Được tìm không qua mô hình ngôn ngữ, theo độ giống với câu mẫu của bảng chấm.
quality_model = Được tìm bởi { $model }; mỗi kết luận đều dựa trên lời trong cuộc gọi.
quality_model_failed = Không dùng được mô hình ngôn ngữ ({ $reason }), nên được tìm theo độ giống với câu mẫu của bảng chấm.
quality_dropped = { $count } nhận xét đã bị bỏ vì không ai nói những lời được trích.
quality_one_channel = Ghi âm một kênh: không nghe được ai ngắt lời, và người nói có thể bị nhầm.
quality_nobody_spoke = Không ai nói trong bản ghi âm này.
quality_criteria = Tiêu chí
quality_criterion = Tiêu chí
quality_weight = Trọng số
quality_outcome = Kết quả
quality_stands_on = Căn cứ
quality_critical = bắt buộc
quality_met = đạt
quality_broken = không đạt
quality_not_applicable = không áp dụng
quality_unknown = chưa rõ
quality_said = Có nói.
quality_said_late = Nói quá muộn:
quality_not_said = Không nói.
quality_not_all_heard = Có đoạn trong cuộc gọi không nghe rõ.
quality_no_occasion = Không có tình huống cần đến.
quality_measured = { $value } ({ $limit })
quality_not_measured = Không đo được trong bản ghi âm này.
quality_time = { $value } ({ $limit })
quality_no_time = Chưa rõ giờ gọi: xin cho biết bằng --date.
quality_arithmetic = { $sum }
quality_advice = Cần rèn luyện
quality_no_advice = Không có: mọi điều chấm được đều đạt.
quality_measures = Số đo
quality_talks = { $label }: { $share } % thời gian nói ({ $duration })
quality_rate = { $rate } tiếng mỗi phút.
quality_interrupts = { $count ->
    [0] Không ngắt lời ai.
   *[other] Ngắt lời { $count } lần.
}
quality_silences = Im lặng lâu nhất { $longest } giây; { $count } lần từ 3 giây trở lên; không ai nói trong { $share } % thời gian.
quality_report = Các cuộc gọi đã chấm
quality_reviewed = đã sửa
quality_calls = Cuộc gọi
quality_distribution = Điểm theo nhân viên
quality_by_criterion = Tiêu chí theo nhân viên
quality_number = { $count } cuộc gọi
quality_not_passed = { $count } không đạt
quality_machine_said = trước khi sửa: { $percent } %

## Chữ trên trang /talk

page_title = Trò chuyện với chúng tôi
page_intro = Anh chị cứ hỏi bằng lời. Trợ lý tự động sẽ trả lời, và anh chị có thể ngắt lời bất cứ lúc nào.
page_start = Bắt đầu nói
page_start_again = Bắt đầu cuộc trò chuyện mới
page_end = Kết thúc
page_mute = Tắt mic
page_unmute = Bật mic
page_muted = Đã tắt mic
page_type = Hoặc gõ câu hỏi
page_send = Gửi
page_language = Ngôn ngữ của trang
page_settings = Âm thanh
page_microphone = Micro
page_loudspeaker = Loa
page_usual = Thiết bị mặc định
page_level = Độ to giọng của anh chị
page_conversation = Cuộc trò chuyện
page_ready = Sẵn sàng
page_connecting = Đang kết nối…
page_listening = Đang nghe
page_you_speak = Anh chị đang nói
page_thinking = Đang suy nghĩ
page_speaking = Đang trả lời
page_over = Cuộc trò chuyện đã kết thúc
page_you = Anh chị
page_assistant = Trợ lý
page_interrupted = bị ngắt lời
page_not_heard = Chưa được nghe:
page_not_understood = Dạ, đoạn này tôi chưa nghe ra.
page_answered_after = Trả lời sau { $seconds } giây
page_hearing = Nghe hiểu
page_first_words = Suy nghĩ
page_first_sound = Thành tiếng
page_decision = Đề xuất
page_recommended = nên chọn
page_risk = Rủi ro
page_complexity = Độ phức tạp
page_cost = Năm đầu
page_decides = Người quyết định
page_escalated = Cần ban lãnh đạo xem
page_key = Mã truy cập
page_key_needed = Anh chị cần mã truy cập để trò chuyện. Vui lòng nhập mã đã được cấp.
page_refused = Trình duyệt chưa cho trang này dùng micro. Anh chị hãy cho phép ở thanh địa chỉ rồi bắt đầu lại, hoặc gõ câu hỏi.
page_no_microphone = Không tìm thấy micro. Anh chị hãy cắm micro rồi bắt đầu lại, hoặc gõ câu hỏi.
page_microphone_busy = Chưa dùng được micro, có thể chương trình khác đang dùng. Anh chị hãy đóng chương trình đó rồi bắt đầu lại, hoặc gõ câu hỏi.
page_unplugged = Micro đã bị rút ra. Anh chị hãy cắm lại hoặc chọn micro khác, hoặc gõ câu hỏi.
page_insecure = Trình duyệt chỉ cho dùng micro qua https hoặc trên localhost. Anh chị hãy mở trang ở đó; hoặc gõ câu hỏi rồi đọc câu trả lời.
page_not_connected = Chưa kết nối được. Máy chủ có thể đang bận, hoặc không nhận mã truy cập. Anh chị vui lòng thử lại sau giây lát.
page_lost = Kết nối bị ngắt. Nội dung đã nói vẫn được giữ; anh chị hãy bắt đầu cuộc trò chuyện mới.
page_slow = Đường truyền chậm, một phần lời anh chị nói bị mất.

## Chữ trên các trang /calls

calls_title = Cuộc gọi
calls_none = Chưa có cuộc gọi nào được ghi lại.
calls_older = Các cuộc gọi cũ hơn
calls_newest = Các cuộc gọi mới nhất
calls_all = Tất cả cuộc gọi
calls_of = Cuộc gọi lúc { $day }
calls_live = đang diễn ra
calls_ended = đã kết thúc
calls_left_open = không ghi nhận kết thúc
calls_state = Trạng thái
calls_begun = Bắt đầu
calls_length = Thời lượng
calls_turns = Lượt hỏi
calls_asked = Đã hỏi
calls_last_heard = Nghe được sau cùng
calls_conversation = Hội thoại
calls_ledger = Sổ cái
calls_trace = Trace
calls_signed = { $entries } mục nối tiếp nhau không đứt đoạn; { $signed } mục đã nằm trong mốc kiểm tra có chữ ký.
calls_unsigned = { $entries } mục nối tiếp nhau không đứt đoạn; chưa mục nào nằm trong mốc kiểm tra có chữ ký.
calls_broken = Chỉ xác minh được đến mục { $verified } trên { $entries }: phần sau không còn như lúc ghi. Hãy chạy emads-voice audit verify.
calls_unreadable = Không đọc được các mục của cuộc gọi này. Hãy chạy emads-voice audit verify để biết thêm.
calls_timeline = Diễn biến
calls_lanes = Ai nói lúc nào
calls_waveform = Bản ghi âm, { $seconds }
calls_caller = Người gọi
calls_us = Trợ lý
calls_turn = Lượt { $number }
calls_stages = Thời gian của từng bước
calls_stage_routing = chọn người trả lời
calls_stage_answering = trả lời
calls_stage_saying = nói
calls_seconds = { $seconds } giây
calls_not_played = chưa phát:
calls_nothing_played = chưa phát phần nào
calls_nothing_heard = không nghe thấy gì
calls_erased = nội dung ở đây đã được xoá
calls_follows = Trang này cập nhật theo cuộc gọi.
calls_lost = Máy chủ không trả lời. Nội dung hiển thị có thể đã cũ.
calls_locked = Trang này cần một khoá của HTTP API: hãy nhập vào ô mật khẩu.
calls_unknown = Không có cuộc gọi này.
calls_kind_call_started = Cuộc gọi bắt đầu
calls_kind_disclosed = Đã báo cho người gọi rằng trợ lý tự động trả lời
calls_kind_recording_agreed = Người gọi đồng ý ghi âm
calls_kind_recording_refused = Người gọi không đồng ý ghi âm
calls_kind_voice_input = Nghe được
calls_kind_routed = Đã hỏi
calls_kind_recalled = Nhớ lại từ các cuộc trước
calls_kind_remembered = Ghi nhớ cho người gọi
calls_kind_forgotten = Đã quên
calls_kind_analysed = Đã trả lời
calls_kind_proposed = Đề xuất
calls_kind_read_back = Đọc lại
calls_kind_reviewed = Quyết định
calls_kind_executed = Đã thực hiện
calls_kind_notified = Đã báo người duyệt
calls_kind_said = Đã nói
calls_kind_asked = Tác nhân hỏi người gọi
calls_kind_announced = Câu của hệ thống
calls_kind_barge_in = Người gọi ngắt lời
calls_kind_false_interruption = Đã ngừng nói vì tiếng không phải câu hỏi
calls_kind_not_heard = Có lời không nghe rõ
calls_kind_failed_over = Một phần bị lỗi và được thay bằng phần khác
calls_kind_timed_out = Trả lời quá lâu
calls_kind_sound_dropped = Mất một đoạn âm thanh của người gọi
calls_kind_transferred = Đã chuyển cuộc gọi
calls_kind_secret_keys = Đã nhận các phím bí mật
calls_kind_message_left = Để lại lời nhắn
calls_kind_error = Lỗi
calls_kind_ended = Cuộc gọi kết thúc
calls_kind_erased = Dữ liệu của một người đã được xoá
calls_kind_gap = Có bản ghi bị mất ở đây

## Khi người gọi quyết định về một phương án

review_intro = Việc này cần anh chị quyết định.
review_still_open = Vẫn còn một phương án chưa được quyết định từ cuộc gọi trước.
review_plan = Phương án: { $plan }.
review_cost = Chi phí là { $cost }.
review_cost_unknown = Chi phí chưa biết hết.
review_risk = Rủi ro { $level }, { $points } trên 12.
review_objection = Điều phản đối: { $objection }.
review_reference = Mã tham chiếu là { $reference }.
review_keys = Bấm phím 1 để duyệt, phím 2 để sửa, phím 3 để từ chối, phím sao để nghe lại.
review_pin = Xin bấm mã PIN của anh chị, rồi bấm phím thăng.
review_wrong_pin = Mã PIN không đúng. Xin bấm lại, rồi bấm phím thăng.
review_locked = Mã PIN đã sai quá nhiều lần, nên tạm thời không thể duyệt qua điện thoại. Chưa có gì được thực hiện.
review_key_needed = Lời nói không quyết định được việc này, phải bấm phím ạ.
review_change = Cần sửa điều gì, xin anh chị nói ngay bây giờ.
review_changing = Tôi đã chuyển ý kiến đó đi. Phương án đã sửa sẽ được trình lại anh chị. Chưa có gì được thực hiện.
review_changed = Phương án vừa được sửa. Đây là phương án mới.
review_too_often = Phương án đã được sửa ba lần. Chỉ còn có thể duyệt hoặc từ chối.
review_approved = Phương án đã được duyệt, và sẽ được thực hiện đúng một lần.
review_approved_partly = Ý kiến duyệt của anh chị đã được ghi nhận. Còn cần một người nữa duyệt bằng văn bản. Chưa có gì được thực hiện.
review_rejected = Phương án đã bị từ chối. Chưa có gì được thực hiện.
review_gone = Việc này không còn gì để quyết định nữa: { $status ->
    [rejected] phương án đã bị từ chối
    [expired] đã hết hạn mà không ai duyệt
    [withdrawn] phương án đã được rút lại
    [superseded] đã có phương án khác thay thế
   *[other] phương án đã được duyệt
}.
review_open = Chưa có gì được quyết định. Việc này còn mở đến { $until }, với mã tham chiếu { $reference }.
review_in_writing = { $who ->
    [none] Việc này cần hai người duyệt, và không duyệt qua điện thoại. Hiện chưa có ai được giao quyền duyệt.
   *[other] Việc này cần hai người duyệt, và không duyệt qua điện thoại. Đã hỏi bằng văn bản: { $who }.
} Chưa có gì được thực hiện. Mã tham chiếu là { $reference }.
review_not_by_phone = Chỉ người có quyền duyệt, gọi từ số của mình, mới duyệt được việc này qua điện thoại. Chưa có gì được thực hiện. Mã tham chiếu là { $reference }.
review_failed = Hiện tôi không thể ghi nhận quyết định. Chưa có gì được thực hiện, và việc này vẫn còn mở.
review_executed = Đã thực hiện xong.
review_under_way = Đã được phê duyệt và đang được thực hiện.
review_not_executed = Đã được phê duyệt nhưng không thực hiện được.
review_outcome_unknown = Đã bắt đầu nhưng không rõ đã xong hay chưa: cần có người kiểm tra.

## Trang về các quyết định, /decisions

decisions_title = Quyết định
decisions_none = Chưa có gì được đề xuất.
decisions_all = Mọi quyết định
decisions_newer = Mới hơn
decisions_older = Cũ hơn
decisions_status_pending = chờ quyết định
decisions_status_replanning = đang được sửa
decisions_status_approved = đã duyệt, đang thực hiện
decisions_status_executed = đã thực hiện
decisions_status_failed = thất bại
decisions_status_unknown = chưa rõ kết quả
decisions_status_rejected = đã từ chối
decisions_status_expired = hết hạn nên bị từ chối
decisions_status_withdrawn = đã rút lại
decisions_status_superseded = đã được thay thế
decisions_status = Trạng thái
decisions_reason = Lý do
decisions_level_low = thấp
decisions_level_medium = trung bình
decisions_level_high = cao
decisions_level = Mức rủi ro
decisions_until = Hạn quyết định
decisions_approvals = Số lượt duyệt
decisions_approvals_of = { $have } trên { $needed }
decisions_reference = Mã tham chiếu
decisions_hash = Mã băm của phương án
decisions_accountable = Chịu trách nhiệm
decisions_consulted = Đã hỏi ý kiến
decisions_asked = Câu hỏi
decisions_why = Lý do nên làm
decisions_objection = Điều phản đối
decisions_unnamed = Không có gì được nêu.
decisions_options = Các phương án
decisions_recommended = được khuyến nghị
decisions_proposed_by = Người đề xuất
decisions_score = Điểm
decisions_score_of = { $points } trên 100
decisions_risk = Rủi ro
decisions_complexity = Độ phức tạp
decisions_risk_of = { $points } trên 12
decisions_arithmetic = Cách tính
decisions_cost = Chi phí
decisions_cost_unknown = chưa biết
decisions_cost_part = Một phần chi phí chưa biết.
decisions_cost_converted = Một phần được quy đổi từ loại tiền khác.
decisions_once = một lần
decisions_monthly = mỗi tháng
decisions_first_year = năm đầu
decisions_three_years = ba năm
decisions_span = { $least } đến { $most } USD
decisions_usd = { $amount } USD
decisions_conflicts = Những điểm bất đồng
decisions_conditions = Điều kiện
decisions_warnings = Cảnh báo
decisions_escalated = Vì sao cần thêm người quyết định
decisions_said = Ý kiến đã có
decisions_nobody = Chưa ai quyết định.
decisions_verdict_approve = đã duyệt
decisions_verdict_reject = đã từ chối
decisions_verdict_edit = muốn sửa
decisions_version = Phiên bản { $number }
decisions_versions = Các phiên bản
decisions_steps = Việc thực hiện
decisions_steps_later = Chưa có gì được thực hiện. Khi được duyệt:
decisions_step_due = sắp thực hiện
decisions_step_claimed = đang thực hiện
decisions_step_done = xong
decisions_step_failed = thất bại
decisions_step_unknown = đã bắt đầu, chưa rõ kết quả: cần kiểm tra
decisions_step_dropped = không làm, vì bước trước thất bại
decisions_decide = Quyết định của anh chị
decisions_feedback = Cần sửa điều gì, hoặc vì sao từ chối hay rút lại
decisions_approve = Duyệt
decisions_reject = Từ chối
decisions_edit = Yêu cầu sửa
decisions_withdraw = Rút lại
text_asked = Quyết định { $reference } chờ anh chị duyệt đến { $until }: { $action } { $where }
text_result = Quyết định { $reference }: { $status }. { $action } { $where }
decisions_yours = Anh chị đã quyết định về phiên bản này: { $verdict }.
decisions_sign_in = Đăng nhập
decisions_sign_out = Đăng xuất
decisions_signed_in = Đã đăng nhập: { $name }
decisions_token = Mã người duyệt của anh chị
decisions_sign_in_needed = Xin đăng nhập để xem và quyết định.
decisions_token_unknown = Mã này không phải của ai. Xin hỏi người đã cấp quyền để nhận mã mới.
decisions_session_over = Anh chị đã bị đăng xuất nên chưa có gì được quyết định. Xin đăng nhập và quyết định lại.
decisions_elsewhere = Yêu cầu này không đến từ trang này nên không có gì thay đổi. Xin mở lại quyết định tại đây.
decisions_malformed = Biểu mẫu thiếu thông tin nên không có gì thay đổi. Xin mở lại quyết định.
decisions_too_long = Nội dung quá dài nên không có gì thay đổi: tối đa { $most } ký tự.
decisions_unknown = Không có quyết định này.
decisions_changed = Phương án đã thay đổi từ khi anh chị mở trang, nên anh chị chưa quyết định. Dưới đây là phương án hiện tại: xin đọc rồi quyết định.
decisions_waiting = Có người muốn sửa phương án, nên anh chị chưa quyết định: xin chờ phiên bản mới.
decisions_expired = Không ai duyệt kịp hạn nên nó bị từ chối. Chưa có gì được thực hiện.
decisions_closed = Quyết định của anh chị đến muộn nên không được tính. Hiện trạng: { $status }.
decisions_already = Anh chị đã quyết định về phiên bản này: { $verdict }. Điều đó vẫn giữ nguyên.
decisions_shaped = Anh chị đã yêu cầu hoặc sửa phương án này: người khác phải quyết định. Mọi thứ vẫn như cũ.
decisions_say_what = Xin viết điều cần sửa. Chưa có gì được quyết định.
decisions_edited_out = Phương án đã được sửa đủ số lần cho phép: xin duyệt hoặc từ chối. Chưa có gì được quyết định.
decisions_approve_or_change = Anh chị đã viết nội dung rồi bấm “Duyệt”, nội dung ấy sẽ bị bỏ qua. Xin yêu cầu sửa, hoặc xóa nội dung rồi duyệt. Chưa có gì được quyết định.
decisions_by_phone = qua điện thoại
decisions_by_http = qua HTTP
decisions_by_page = trên trang này
decisions_by_command_line = qua dòng lệnh
decisions_by_studio = qua Studio

# Điều được ghi nhớ: các quyết định của những cuộc gọi trước, và điều người gọi đã nhờ nhớ về mình.

# $question: điều cần quyết định. $option: điều được đề xuất. Cả hai theo nguyên văn lúc đó. $reference: các chữ số cách nhau
memory_decided = Câu hỏi lúc đó là “{ $question }”. Đề xuất: { $option }, mã tham chiếu { $reference }.
# $count: còn bao nhiêu người phải phê duyệt. $until: ngày và giờ
memory_pending = Đề xuất này vẫn đang chờ { $count } người phê duyệt, đến { $until }.
memory_replanning = Có người muốn thay đổi, và một phương án mới đang được lập.
# $day: ngày nào. $count: bao nhiêu người; 0 nếu không cần ai
memory_approved = Đề xuất này đã được phê duyệt vào { $day }{ $count ->
        [0] {""}
       *[other] {" "}bởi { $count } người
    }.
memory_under_way = Việc đang được thực hiện.
memory_executed = Việc đã được thực hiện.
# $at: ngày và giờ
memory_executed_at = Việc đã được thực hiện vào { $at }.
memory_failed = Việc đã không thực hiện được.
memory_outcome_unknown = Chưa rõ việc đã được thực hiện hay chưa: cần có người kiểm tra.
memory_rejected = Đề xuất này đã bị từ chối vào { $day }.
memory_expired = Không ai phê duyệt kịp hạn, nên đề xuất này bị từ chối vào { $day }.
memory_withdrawn = Đề xuất này đã được rút lại vào { $day }.
memory_superseded = Một quyết định khác đã thay thế từ { $day }.
memory_reason = Lý do: { $reason }
memory_none = Tôi không tìm thấy quyết định nào về việc đó.
memory_none_yet = Chưa có gì được trình ai quyết định.
memory_none_of_yours = Về các quyết định, tôi chỉ được nói với người phê duyệt và người đã hỏi. Trong số của bạn, tôi không tìm thấy quyết định nào như vậy.
memory_no_reference = Không có quyết định nào mang mã tham chiếu { $reference }.
# $first, $second: điều cần quyết định
memory_which = Tôi tìm thấy hai quyết định. Thứ nhất: “{ $first }”. Thứ hai: “{ $second }”. Bạn hỏi quyết định nào?
memory_this = Bạn hỏi về quyết định “{ $first }” phải không?
memory_not_meant = Vậy thì tôi không tìm thấy quyết định nào về việc đó.
memory_unavailable = Hiện tôi không tra được điều đó. Không có gì được ghi nhớ hay bị quên.
# $text: lời của người gọi
memory_may_keep = Tôi ghi nhớ điều này cho các cuộc gọi sau nhé: “{ $text }”? Xin nói có hoặc không.
memory_kept = Tôi sẽ nhớ điều đó, cho đến khi bạn bảo tôi quên.
memory_not_kept = Vâng, tôi không ghi nhớ gì cả.
memory_nobody = Ở đây tôi không biết bạn là ai, nên tôi không ghi nhớ gì về bạn.
memory_never_kept = Trong đó có số, địa chỉ hoặc mã mà tôi không bao giờ ghi nhớ. Tôi không giữ lại gì.
memory_too_long = Điều đó quá dài để tôi ghi nhớ. Xin nói lại trong một câu.
memory_full = Tôi đã ghi nhớ nhiều nhất có thể về bạn. Xin bảo tôi quên bớt trước.
# $facts: các câu của người gọi
memory_facts = Đây là những điều bạn nhờ tôi nhớ: { $facts }
# $count: còn bao nhiêu điều chưa kể
memory_more_facts = Và { $count } điều nữa.
memory_no_facts = Tôi không ghi nhớ gì về bạn.
memory_may_forget = Tôi quên điều này nhé: “{ $text }”? Xin nói có hoặc không.
# $count: có bao nhiêu điều
memory_may_forget_all = Tôi quên tất cả { $count } điều bạn đã nhờ tôi nhớ nhé? Xin nói có hoặc không.
memory_forgotten = Tôi đã quên điều đó.
memory_forgotten_all = Tôi đã quên tất cả những điều bạn nhờ nhớ. Những gì đã nói trong các cuộc gọi trước sẽ được đơn vị vận hành dịch vụ này xóa, nếu bạn yêu cầu họ.
memory_not_forgotten = Vâng, tôi không quên điều gì.
memory_not_found = Tôi không thấy điều gì như vậy trong những điều bạn nhờ tôi nhớ.
