### What a conversation says between its turns. What answers are made of is said in English.

greeting = 您好，我是自动语音助手。请问有什么可以帮您？
may_record = 您好，我是自动语音助手。本次通话可以录音吗？请回答可以或不可以。
we_call = 您好，我是{ $name ->
    [none] {""}
   *[other] { $name }的
}自动助理。{ $purpose ->
    [none] 请问您现在方便吗？
   *[other] 我打电话是为了这件事：{ $purpose }。
}
may_record_again = 抱歉，本次通话可以录音吗？可以请按1，不可以请按2，也可以直接回答。
recorded = 谢谢，现在开始录音。请问有什么可以帮您？
not_recorded = 本次通话不录音。请问有什么可以帮您？
moment = 请稍等。
looking = 我来看一下。
still_there = 您还在吗？
still_there_again = 喂，您听得到我说话吗？
come_in = 不好意思，我可以说一句吗？
come_in_again = 抱歉，我能插一句吗？
resumed = 抱歉，刚才线路中断了，请继续。
held_elsewhere = 这段对话正在另一条线路上进行。您可以稍等，或者要重新开始一段新对话吗？
held_elsewhere_again = 对话还在另一条线路上进行。您要等一等，还是重新开始？
not_heard = 我没有听到声音，请再说一遍。
not_heard_again = 还是没有声音。请您说得大声一点，或者检查一下麦克风。
not_recognised = 抱歉，我这边出了点问题，没能听清您说的话，请再说一遍。
not_recognised_again = 由于我们这边的问题，我还是没听清您说的话。请您再试一次。
out_of_scope = 这里没有人能回答这个问题，需要由专人处理。您可以向他们提问：{ $agents }。
out_of_scope_again = 这个问题这里同样没有人能回答，需要由专人处理。能为您解答的有：{ $agents }。
which_agent = 这个问题您是想问{ $first }，还是{ $second }？
which_agent_again = 我还不太清楚，您是要问{ $first }，还是要问{ $second }？
unavailable = 抱歉，我现在无法回答，请稍后再试。
unavailable_again = 很抱歉，我还是无法回答，可能需要过一会儿才能恢复。
only_shown = 答案是供查看的内容，无法朗读。您可以让我用语言说明。
only_shown_again = 这个回答同样需要您查看，无法朗读。如果您需要，我可以用语言说明。
transfer = 我为您转接同事。
nobody_reached = 抱歉，现在联系不上任何人。请现在告诉我您要转达的内容。
nobody_reached_again = 还是联系不上任何人。请问要转达什么？
message_kept = 谢谢，我已经记下，会为您转达。还有什么可以帮您的吗？
message_kept_again = 这一点我也记下了，会为您转达。还有别的吗？
message_not_wanted = 好的，不留言。还有什么可以帮您的吗？
goodbye = 感谢您的来电，再见。
goodbye_outgoing = 感谢您的接听，再见。
may_do = 我想做这件事：{ $what }。您同意吗？
may_do_again = 抱歉，同意请说“是”或按1，不同意请说“不”或按2。我想做这件事：{ $what }。您同意吗？
cannot_be_decided_here = 这需要一个无法用语音作出的决定。在有人决定之前先保留。
disclosure = 我是自动语音助手。
hello = 您好，请问有什么可以帮您？
welcome = 不客气。
welcome_again = 很高兴能帮到您。
capabilities = 您可以向他们提问。{ $agents }
capabilities_again = 正如刚才所说，您可以问他们。{ $agents }
identity = 我是自动语音助手，不是真人。我会转达您的问题并告诉您答案。
nothing_to_repeat = 我还没有说过什么。请问有什么可以帮您？
all_right = 好的。
take_your_time = 您慢慢来，我等着。
here = 是的，我在，请讲。
listening = 我在听。
language_changed = 好的，我们说中文。
language_unknown = 抱歉，我不会说这种语言。
language_unknown_again = 很抱歉，那种语言我不会说。
no_person = 抱歉，我在这里无法为您转接真人。
no_person_again = 这里还是只有我，我没有办法为您转接任何人。
callback = 好的。请现在告诉我回电的号码和事由。
no_callback = 很抱歉，我在这里无法安排给您回电。
no_callback_again = 抱歉，回电这件事我无法安排。
slower = 好的，我会说慢一点。
faster = 好的，我会说快一点。
louder = 好的，我会说大声一点。
quieter = 好的，我会说小声一点。
of_course = 没问题。
yes_here = 是的，我在。
still_working = 我还在处理。
moment_again = 请再稍等一下。
still_working_again = 是的，我在，还在为您查找答案。
doing = 请稍等，{ $what }。
look_up = 请稍等，我查一下。
nothing_done = 目前没有批准或执行任何事情：这只是建议，由人来决定。
instructions_kept = 我收到的指示不便透露，但我很乐意回答您的问题。
there_is_more = 还有更多内容：请让我继续说。
plan_action = 实施{ $option }。
plan_waits = 此方案正在等待批准，编号为{ $reference }。
plan_not_put = 我刚才无法将此方案提交审批，因此不会执行任何操作。
plan_tied = 由于得分相同，我没有将任何方案提交审批：请说明要提议哪一个。
