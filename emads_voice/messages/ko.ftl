### What a conversation says between its turns. What answers are made of is said in English.

greeting = 안녕하세요. 저는 자동 음성 도우미입니다. 무엇을 도와드릴까요?
may_record = 안녕하세요. 저는 자동 음성 도우미입니다. 이 통화를 녹음해도 될까요? 네 또는 아니요로 말씀해 주세요.
we_call = 안녕하세요, { $name ->
    [none] {""}
   *[other] { $name }의{" "}
}자동 응답 도우미입니다. { $purpose ->
    [none] 잠시 통화 괜찮으신가요?
   *[other] 다음 용건으로 전화드렸습니다. { $purpose }.
}
may_record_again = 죄송합니다, 이 통화를 녹음해도 될까요? 네라고 말씀하시거나 1번을, 아니요라고 말씀하시거나 2번을 눌러 주세요.
recorded = 감사합니다. 지금부터 통화가 녹음됩니다. 무엇을 도와드릴까요?
not_recorded = 이 통화는 녹음되지 않습니다. 무엇을 도와드릴까요?
moment = 잠시만 기다려 주세요.
looking = 알아보겠습니다.
still_there = 아직 듣고 계신가요?
still_there_again = 여보세요, 제 말 들리세요?
come_in = 죄송하지만 잠시 말씀드려도 될까요?
come_in_again = 실례지만 한 말씀 드려도 될까요?
resumed = 죄송합니다, 연결이 잠시 끊겼습니다. 계속 말씀해 주세요.
held_elsewhere = 이 대화는 지금 다른 회선에서 진행 중입니다. 잠시 기다리셔도 되고, 새 대화를 시작할까요?
held_elsewhere_again = 대화가 아직 다른 회선에서 진행되고 있습니다. 기다리시겠어요, 아니면 새로 시작할까요?
not_heard = 아무 말씀도 들리지 않았습니다. 다시 말씀해 주세요.
not_heard_again = 여전히 아무 소리도 들리지 않습니다. 조금 더 크게 말씀하시거나 마이크를 확인해 주세요.
not_recognised = 죄송합니다. 저희 쪽 문제로 말씀을 알아듣지 못했습니다. 다시 말씀해 주세요.
not_recognised_again = 저희 쪽 문제로 아직 말씀을 알아듣지 못했습니다. 한 번만 더 말씀해 주세요.
out_of_scope = 그 질문에 답할 수 있는 담당자가 없어 사람이 확인해야 합니다. 다음 담당자에게 물어보실 수 있습니다: { $agents }.
out_of_scope_again = 그 질문도 여기서는 답할 수 있는 사람이 없어 사람이 확인해야 합니다. 답할 수 있는 담당자는 다음과 같습니다: { $agents }.
which_agent = 이 질문은 { $first }에게 하시는 건가요, 아니면 { $second }에게 하시는 건가요?
which_agent_again = 아직 분명하지 않습니다. { $first }에게 물으시는 건가요, { $second }에게 물으시는 건가요?
unavailable = 죄송합니다. 지금은 답변드릴 수 없습니다. 잠시 후 다시 시도해 주세요.
unavailable_again = 죄송합니다. 아직도 답변드릴 수 없습니다. 다시 되기까지 시간이 좀 걸릴 수 있습니다.
only_shown = 답변은 눈으로 보는 내용이라 읽어 드릴 수 없습니다. 말로 설명해 달라고 하실 수 있습니다.
only_shown_again = 이 답변도 눈으로 보셔야 하는 것이라 읽어 드릴 수 없습니다. 원하시면 말로 설명해 드리겠습니다.
transfer = 담당자에게 연결해 드리겠습니다.
nobody_reached = 죄송합니다. 지금은 연결할 수 있는 담당자가 없습니다. 전하실 말씀을 지금 말씀해 주세요.
nobody_reached_again = 아직 아무와도 연결되지 않습니다. 무엇을 전해 드릴까요?
message_kept = 감사합니다. 메모해 두었다가 전해 드리겠습니다. 더 도와드릴 일이 있을까요?
message_kept_again = 그 내용도 적어 두었다가 전해 드리겠습니다. 더 있으신가요?
message_not_wanted = 알겠습니다. 메모는 남기지 않겠습니다. 무엇을 더 도와드릴까요?
goodbye = 전화해 주셔서 감사합니다. 안녕히 계세요.
goodbye_outgoing = 시간 내 주셔서 감사합니다. 안녕히 계세요.
may_do = 다음 일을 하려고 합니다: { $what }. 동의하십니까?
may_do_again = 죄송합니다. 동의하시면 "예"라고 말씀하시거나 1번을, 동의하지 않으시면 "아니요"라고 말씀하시거나 2번을 눌러 주세요. 다음 일을 하려고 합니다: { $what }. 동의하십니까?
cannot_be_decided_here = 이 일에는 음성으로 내릴 수 없는 결정이 필요합니다. 누군가 결정할 때까지 보류하겠습니다.
disclosure = 저는 자동 음성 도우미입니다.
hello = 안녕하세요, 무엇을 도와드릴까요?
welcome = 천만에요.
welcome_again = 도움이 되어 기쁩니다.
capabilities = 다음 담당자에게 물어보실 수 있습니다. { $agents }
capabilities_again = 말씀드린 대로, 물어보실 수 있는 담당자는 다음과 같습니다. { $agents }
identity = 저는 사람이 아니라 자동 음성 도우미입니다. 질문을 전달하고 답변을 알려 드립니다.
nothing_to_repeat = 아직 아무 말씀도 드리지 않았습니다. 무엇을 도와드릴까요?
all_right = 알겠습니다.
take_your_time = 천천히 하세요, 기다리겠습니다.
here = 네, 듣고 있습니다. 말씀하세요.
listening = 듣고 있습니다.
language_changed = 네, 한국어로 말씀드리겠습니다.
language_unknown = 죄송합니다. 그 언어는 할 수 없습니다.
language_unknown_again = 그 언어는 지원하지 않습니다. 죄송합니다.
no_person = 죄송합니다. 여기서는 사람에게 연결해 드릴 수 없습니다.
no_person_again = 여기에는 여전히 저뿐이라 다른 사람과 연결해 드릴 방법이 없습니다.
callback = 알겠습니다. 어느 번호로 무슨 일로 전화드리면 될지 지금 말씀해 주세요.
no_callback = 죄송합니다. 여기서는 다시 전화드리도록 해 드릴 수 없습니다.
no_callback_again = 다시 전화드리는 것은 제가 주선할 수 없습니다. 죄송합니다.
slower = 네, 더 천천히 말씀드리겠습니다.
faster = 네, 더 빨리 말씀드리겠습니다.
louder = 네, 더 크게 말씀드리겠습니다.
quieter = 네, 더 작게 말씀드리겠습니다.
of_course = 네, 그렇게 하겠습니다.
yes_here = 네, 듣고 있습니다.
still_working = 아직 확인하고 있습니다.
moment_again = 조금만 더 기다려 주세요.
still_working_again = 네, 아직 답변을 찾고 있습니다.
doing = 잠시만요. { $what }.
look_up = 잠시만 기다려 주세요. 찾아보겠습니다.
nothing_done = 아직 아무것도 승인되거나 실행되지 않았습니다. 이것은 제안일 뿐이며, 결정은 사람이 합니다.
instructions_kept = 제가 받은 지침은 말씀드릴 수 없지만, 질문에는 기꺼이 답해 드리겠습니다.
there_is_more = 아직 더 있습니다. 계속하라고 말씀해 주세요.
plan_action = { $option } 실행.
plan_waits = 이 안은 승인을 기다리고 있으며, 참조 번호는 { $reference }입니다.
plan_not_put = 지금은 이 안을 승인에 올리지 못했습니다. 따라서 아무것도 실행되지 않습니다.
plan_tied = 동점이므로 어느 안도 승인에 올리지 않았습니다. 어느 것을 제안할지 말씀해 주세요.
