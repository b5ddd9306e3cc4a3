### What a conversation says between its turns. What answers are made of is said in English.

greeting = お電話ありがとうございます。こちらは自動音声アシスタントです。ご用件をどうぞ。
may_record = お電話ありがとうございます。こちらは自動音声アシスタントです。この通話を録音してもよろしいですか？「はい」か「いいえ」でお答えください。
we_call = もしもし、{ $name ->
    [none] {""}
   *[other] { $name }の
}自動応答アシスタントです。{ $purpose ->
    [none] 今、少しお時間よろしいですか？
   *[other] 次の件でお電話しました。{ $purpose }。
}
may_record_again = 恐れ入ります、この通話を録音してもよろしいですか？「はい」とおっしゃるか1を、「いいえ」とおっしゃるか2を押してください。
recorded = ありがとうございます。これから録音します。ご用件をどうぞ。
not_recorded = この通話は録音しません。ご用件をどうぞ。
moment = 少々お待ちください。
looking = お調べします。
still_there = もしもし、聞こえていらっしゃいますか。
still_there_again = お電話の声は届いていますか。
come_in = すみません、少しよろしいでしょうか？
come_in_again = 恐れ入ります、一言よろしいでしょうか？
resumed = 失礼しました、回線が途切れました。続けてお話しください。
held_elsewhere = このお話は今、別の回線で続いています。少々お待ちいただけます。それとも、新しくお話を始めましょうか？
held_elsewhere_again = お話はまだ別の回線で続いています。お待ちになりますか、それとも新しく始めますか？
not_heard = 何も聞こえませんでした。もう一度お話しください。
not_heard_again = やはり音声が聞こえません。もう少し大きな声でお話しいただくか、マイクをご確認ください。
not_recognised = 申し訳ありません。こちらの不具合で、お話が聞き取れませんでした。もう一度お話しください。
not_recognised_again = こちらの不具合で、まだお言葉を聞き取れておりません。恐れ入りますが、もう一度お試しください。
out_of_scope = そのご質問に答えられる担当者がいないため、人による確認が必要です。次の担当者に質問できます。{ $agents }。
out_of_scope_again = こちらのご質問にも答えられる担当者がおらず、人による確認が必要です。お答えできるのは次の担当者です。{ $agents }。
which_agent = これは{ $first }へのご質問でしょうか、それとも{ $second }へのご質問でしょうか？
which_agent_again = まだはっきりしないのですが、{ $first }と{ $second }のどちらへのご質問でしょうか？
unavailable = 申し訳ありません。ただいまお答えできません。しばらくしてからもう一度お試しください。
unavailable_again = 申し訳ありません、まだお答えできません。復旧までしばらくかかるかもしれません。
only_shown = 答えは見るためのもので、読み上げることができません。言葉で説明するようお申し付けください。
only_shown_again = この回答も画面でご覧いただくもので、読み上げることができません。ご希望でしたら言葉でご説明します。
transfer = 担当者におつなぎします。
nobody_reached = 申し訳ありません。ただいま担当者につながりません。ご伝言をどうぞお話しください。
nobody_reached_again = まだ担当者につながりません。お伝えすることがあれば、どうぞ。
message_kept = ありがとうございます。ご伝言を承りました。担当者にお伝えします。ほかにご用件はございますか？
message_kept_again = そちらも承りました。担当者にお伝えします。ほかにございますか？
message_not_wanted = かしこまりました。ご伝言はお預かりしません。ほかにご用件はございますか？
goodbye = お電話ありがとうございました。失礼いたします。
goodbye_outgoing = お時間をいただきありがとうございました。失礼いたします。
may_do = 次のことを行います：{ $what }。よろしいですか？
may_do_again = 失礼しました。よろしければ「はい」と言うか1を、よろしくなければ「いいえ」と言うか2を押してください。次のことを行います：{ $what }。よろしいですか？
cannot_be_decided_here = これには音声では行えない判断が必要です。どなたかが判断するまで保留にします。
disclosure = こちらは自動音声アシスタントです。
hello = こんにちは。ご用件をどうぞ。
welcome = どういたしまして。
welcome_again = お役に立てて何よりです。
capabilities = 次の担当者に質問できます。{ $agents }
capabilities_again = 先ほど申し上げたとおり、ご質問いただけるのは次の担当者です。{ $agents }
identity = 私は自動音声アシスタントで、人間ではありません。ご質問を取り次ぎ、回答をお伝えします。
nothing_to_repeat = まだ何も申し上げていません。ご用件をどうぞ。
all_right = 承知しました。
take_your_time = どうぞごゆっくり。お待ちしています。
here = はい、聞こえています。どうぞ。
listening = お聞きしています。
language_changed = はい、日本語でお話しします。
language_unknown = 申し訳ありません。その言語は話せません。
language_unknown_again = 恐れ入りますが、その言語には対応しておりません。
no_person = 申し訳ありません。こちらから人におつなぎすることはできません。
no_person_again = こちらには私しかおらず、どなたにもおつなぎできません。
callback = かしこまりました。折り返しのお電話番号とご用件を、今お話しください。
no_callback = 申し訳ございません。こちらから折り返しのお電話を手配することはできません。
no_callback_again = 折り返しのお電話は、こちらでは手配いたしかねます。
slower = 承知しました。もっとゆっくりお話しします。
faster = 承知しました。もっと速くお話しします。
louder = 承知しました。もっと大きな声でお話しします。
quieter = 承知しました。もっと小さな声でお話しします。
of_course = かしこまりました。
yes_here = はい、聞こえております。
still_working = ただいま確認しています。
moment_again = もう少々お待ちください。
still_working_again = はい、引き続きお調べしています。
doing = 少々お待ちください。{ $what }。
look_up = 少々お待ちください。お調べします。
nothing_done = まだ何も承認も実行もされていません。これは提案であり、決めるのは人です。
instructions_kept = 私への指示についてはお話しできませんが、ご質問には喜んでお答えします。
there_is_more = まだ続きがあります。続けるようおっしゃってください。
plan_action = { $option }を実行します。
plan_waits = この案は承認待ちです。参照番号は{ $reference }です。
plan_not_put = ただいまこの案を承認に回せませんでした。そのため、まだ何も行われません。
plan_tied = 同点のため、どの案も承認に回していません。どれを提案するかお伝えください。
