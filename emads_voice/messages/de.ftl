### What a conversation says between its turns. What answers are made of is said in English.

greeting = Guten Tag. Hier spricht ein automatischer Assistent. Was kann ich für Sie tun?
may_record = Guten Tag. Hier spricht ein automatischer Assistent. Darf dieser Anruf aufgezeichnet werden? Bitte sagen Sie ja oder nein.
we_call = Guten Tag, hier spricht ein automatischer Assistent{ $name ->
    [none] {"."}
   *[other] {" "}von { $name }.
} { $purpose ->
    [none] Haben Sie einen Moment Zeit?
   *[other] Ich rufe aus folgendem Grund an: { $purpose }.
}
may_record_again = Verzeihung, darf dieser Anruf aufgezeichnet werden? Sagen Sie ja oder drücken Sie die 1, sagen Sie nein oder drücken Sie die 2.
recorded = Danke, der Anruf wird ab jetzt aufgezeichnet. Was kann ich für Sie tun?
not_recorded = Der Anruf wird nicht aufgezeichnet. Was kann ich für Sie tun?
moment = Einen Moment, bitte.
looking = Ich sehe nach.
still_there = Sind Sie noch da?
still_there_again = Hallo, können Sie mich hören?
come_in = Entschuldigung, darf ich kurz etwas sagen?
come_in_again = Verzeihung, darf ich kurz dazwischengehen?
resumed = Entschuldigung, die Verbindung war unterbrochen. Bitte fahren Sie fort.
held_elsewhere = Dieses Gespräch wird gerade auf einer anderen Leitung geführt. Sie können einen Moment warten, oder sollen wir ein neues Gespräch beginnen?
held_elsewhere_again = Das Gespräch läuft noch auf der anderen Leitung. Möchten Sie warten, oder sollen wir ein neues beginnen?
not_heard = Ich habe nichts gehört. Bitte sagen Sie es noch einmal.
not_heard_again = Wieder war nichts zu hören. Bitte sprechen Sie etwas lauter, oder prüfen Sie das Mikrofon.
not_recognised = Es tut mir leid, hier ging etwas schief, und ich konnte nicht verstehen, was Sie gesagt haben. Bitte sagen Sie es noch einmal.
not_recognised_again = Ich konnte Sie noch immer nicht verstehen, das liegt an uns. Bitte versuchen Sie es noch einmal.
out_of_scope = Das kann hier niemand beantworten, deshalb muss es sich jemand ansehen. Fragen können Sie: { $agents }.
out_of_scope_again = Auch das weiß hier niemand, jemand muss es sich ansehen. Auskunft geben können: { $agents }.
which_agent = Ist das eine Frage an { $first } oder an { $second }?
which_agent_again = Das ist mir noch nicht klar: Fragen Sie { $first } oder { $second }?
unavailable = Es tut mir leid, ich kann gerade nicht antworten. Bitte versuchen Sie es gleich noch einmal.
unavailable_again = Ich kann noch immer nicht antworten, es tut mir leid. Es kann etwas dauern, bis es wieder geht.
only_shown = Die Antwort ist etwas zum Ansehen, das sich nicht vorlesen lässt. Sie können mich bitten, sie in Worte zu fassen.
only_shown_again = Auch diese Antwort ist zum Ansehen da und nicht zum Vorlesen. Auf Wunsch fasse ich sie in Worte.
transfer = Ich verbinde Sie mit einem Kollegen.
nobody_reached = Es tut mir leid, zurzeit ist niemand zu erreichen. Sagen Sie mir bitte jetzt, was ich ausrichten soll.
nobody_reached_again = Ich kann noch immer niemanden erreichen. Was darf ich ausrichten?
message_kept = Danke, ich habe das notiert und gebe es weiter. Kann ich sonst noch etwas für Sie tun?
message_kept_again = Auch das habe ich notiert und gebe es weiter. Gibt es noch etwas?
message_not_wanted = In Ordnung, keine Nachricht. Wie kann ich Ihnen sonst helfen?
goodbye = Danke für Ihren Anruf. Auf Wiederhören.
goodbye_outgoing = Danke für Ihre Zeit. Auf Wiederhören.
may_do = Ich möchte Folgendes tun: { $what }. Sind Sie einverstanden?
may_do_again = Entschuldigung, sagen Sie bitte Ja oder drücken Sie die 1, oder sagen Sie Nein oder drücken Sie die 2. Ich möchte Folgendes tun: { $what }. Sind Sie einverstanden?
cannot_be_decided_here = Das braucht eine Entscheidung, die nicht mit der Stimme getroffen werden kann. Es bleibt offen, bis jemand entscheidet.
disclosure = Hier spricht ein automatischer Assistent.
hello = Guten Tag, was kann ich für Sie tun?
welcome = Gern geschehen.
welcome_again = Keine Ursache.
capabilities = Diese können Sie fragen. { $agents }
capabilities_again = Wie gesagt, diese geben Auskunft. { $agents }
identity = Ich bin ein automatischer Assistent, kein Mensch. Ich gebe Ihre Fragen weiter und sage Ihnen die Antworten.
nothing_to_repeat = Ich habe noch nichts gesagt. Was kann ich für Sie tun?
all_right = In Ordnung.
take_your_time = Lassen Sie sich Zeit, ich warte.
here = Ja, ich bin da. Bitte sprechen Sie.
listening = Ich höre.
language_changed = Gern, sprechen wir Deutsch.
language_unknown = Es tut mir leid, diese Sprache kann ich nicht.
language_unknown_again = Diese Sprache spreche ich leider nicht.
no_person = Es tut mir leid, ich kann Sie von hier nicht mit einem Menschen verbinden.
no_person_again = Hier bin nach wie vor nur ich: Ich kann Sie mit niemandem verbinden.
callback = Gern. Sagen Sie mir bitte jetzt, unter welcher Nummer und worum es geht.
no_callback = Es tut mir leid, einen Rückruf kann ich von hier nicht veranlassen.
no_callback_again = Einen Rückruf kann ich leider nicht veranlassen.
slower = Gut, ich spreche langsamer.
faster = Gut, ich spreche schneller.
louder = Gut, ich spreche lauter.
quieter = Gut, ich spreche leiser.
of_course = Gern.
yes_here = Ja, ich bin da.
still_working = Ich arbeite noch daran.
moment_again = Bitte noch einen Augenblick.
still_working_again = Ja, ich bin da und arbeite noch an Ihrer Frage.
doing = Einen Moment: { $what }.
look_up = Einen Moment, ich sehe nach.
nothing_done = Es ist nichts genehmigt oder ausgeführt: Das ist nur ein Vorschlag, und ein Mensch entscheidet.
instructions_kept = Wie ich angewiesen bin, behalte ich für mich, aber Ihre Frage beantworte ich gern.
there_is_more = Es gibt noch mehr zu sagen: Bitten Sie mich fortzufahren.
plan_action = Wir setzen um: { $option }.
plan_waits = Das wartet auf Genehmigung, unter dem Zeichen { $reference }.
plan_not_put = Ich konnte das gerade niemandem zur Genehmigung vorlegen, deshalb geschieht damit nichts.
plan_tied = Da sie gleichauf liegen, lege ich keinen davon zur Genehmigung vor: Sagen Sie, was vorgeschlagen werden soll.
