### What a conversation says between its turns. What answers are made of is said in English.

greeting = Bonjour. Je suis un assistant automatique. Que puis-je faire pour vous ?
may_record = Bonjour. Je suis un assistant automatique. Cet appel peut-il être enregistré ? Répondez par oui ou par non.
we_call = Bonjour, ici un assistant automatique{ $name ->
    [none] {"."}
   *[other] {" "}de { $name }.
} { $purpose ->
    [none] Avez-vous un instant ?
   *[other] Je vous appelle à ce sujet : { $purpose }.
}
may_record_again = Pardon, cet appel peut-il être enregistré ? Dites oui ou tapez 1, dites non ou tapez 2.
recorded = Merci, l'appel est enregistré à partir de maintenant. Que puis-je faire pour vous ?
not_recorded = L'appel n'est pas enregistré. Que puis-je faire pour vous ?
moment = Un instant, s'il vous plaît.
looking = Je regarde cela.
still_there = Êtes-vous toujours là ?
still_there_again = Allô, m'entendez-vous ?
come_in = Excusez-moi, puis-je dire un mot ?
come_in_again = Pardon, puis-je intervenir un instant ?
resumed = Excusez-moi, la ligne a été coupée. Continuez, je vous écoute.
held_elsewhere = Cette conversation est en cours sur une autre ligne. Vous pouvez patienter un instant, ou voulez-vous commencer une nouvelle conversation ?
held_elsewhere_again = Cette conversation continue sur l'autre ligne. Voulez-vous patienter, ou en commencer une nouvelle ?
not_heard = Je n'ai rien entendu. Pouvez-vous répéter ?
not_heard_again = Je n'entends toujours rien. Parlez un peu plus fort ou vérifiez le micro.
not_recognised = Je suis désolé, un problème de notre côté m'a empêché de comprendre ce que vous avez dit. Pouvez-vous répéter ?
not_recognised_again = Je n'ai toujours pas pu vous comprendre, la faute est de notre côté. Essayez encore une fois.
out_of_scope = Personne ici ne peut répondre à cela, il faut qu'une personne s'en occupe. Vous pouvez interroger : { $agents }.
out_of_scope_again = Cela non plus, personne ici ne le sait, quelqu'un doit s'en occuper. Peuvent vous répondre : { $agents }.
which_agent = Est-ce une question pour { $first } ou pour { $second } ?
which_agent_again = Ce n'est pas encore clair : demandez-vous à { $first } ou à { $second } ?
unavailable = Je suis désolé, je ne peux pas répondre pour l'instant. Réessayez dans un moment.
unavailable_again = Je suis désolé, je ne peux toujours pas répondre. Cela peut prendre un certain temps.
only_shown = La réponse est à regarder et ne peut pas être lue à voix haute. Vous pouvez me demander de l'expliquer.
only_shown_again = Cette réponse aussi est à regarder et ne peut pas être lue. Je peux la mettre en mots si vous le demandez.
transfer = Je vous passe un collègue.
nobody_reached = Je suis désolé, personne n'est joignable pour l'instant. Dites-moi maintenant ce que je dois transmettre.
nobody_reached_again = Personne n'est encore joignable. Que dois-je transmettre ?
message_kept = Merci, c'est noté et je le transmettrai. Puis-je vous aider pour autre chose ?
message_kept_again = C'est noté aussi et je le transmettrai. Autre chose ?
message_not_wanted = D'accord, pas de message. Comment puis-je vous aider autrement ?
goodbye = Merci de votre appel. Au revoir.
goodbye_outgoing = Merci de votre attention. Au revoir.
may_do = J'aimerais faire ceci : { $what }. Êtes-vous d'accord ?
may_do_again = Excusez-moi, dites oui ou appuyez sur 1, ou dites non ou appuyez sur 2. J'aimerais faire ceci : { $what }. Êtes-vous d'accord ?
cannot_be_decided_here = Cela demande une décision qui ne peut pas être prise à la voix. Elle reste en attente jusqu'à ce que quelqu'un décide.
disclosure = Je suis un assistant automatique.
hello = Bonjour, que puis-je faire pour vous ?
welcome = Je vous en prie.
welcome_again = Avec plaisir.
capabilities = Voici qui vous pouvez interroger. { $agents }
capabilities_again = Comme je l'ai dit, vous pouvez vous adresser à eux. { $agents }
identity = Je suis un assistant automatique, pas un être humain. Je transmets vos questions et je vous dis les réponses.
nothing_to_repeat = Je n'ai encore rien dit. Que puis-je faire pour vous ?
all_right = D'accord.
take_your_time = Prenez votre temps, j'attends.
here = Oui, je suis là. Je vous écoute.
listening = Je vous écoute.
language_changed = Bien sûr, parlons français.
language_unknown = Je suis désolé, je ne parle pas cette langue.
language_unknown_again = Cette langue, je ne la parle pas, désolé.
no_person = Je suis désolé, je ne peux pas vous passer une personne d'ici.
no_person_again = Il n'y a toujours que moi ici : je ne peux vous passer personne.
callback = Bien sûr. Dites-moi maintenant à quel numéro et à quel sujet, s'il vous plaît.
no_callback = Je suis désolé, je ne peux pas vous faire rappeler d'ici.
no_callback_again = Je suis désolé, un rappel ne peut pas être organisé ici.
slower = D'accord, je parlerai plus lentement.
faster = D'accord, je parlerai plus vite.
louder = D'accord, je parlerai plus fort.
quieter = D'accord, je parlerai moins fort.
of_course = Bien sûr.
yes_here = Oui, je suis là.
still_working = J'y travaille encore.
moment_again = Encore un petit instant, s'il vous plaît.
still_working_again = Oui, je suis là et je cherche encore la réponse.
doing = Un instant : { $what }.
look_up = Un instant, je vérifie.
nothing_done = Rien n'a été approuvé ni fait : ce n'est qu'une proposition, et une personne décide.
instructions_kept = Je ne parle pas de mes consignes, mais je réponds volontiers à votre question.
there_is_more = Il y a plus à dire : demandez-moi de continuer.
plan_action = Mettre en œuvre { $option }.
plan_waits = Cela attend une approbation, sous la référence { $reference }.
plan_not_put = Je n'ai pas pu soumettre cela à l'approbation de qui que ce soit, donc rien ne se fera.
plan_tied = Comme elles sont à égalité, je n'en soumets aucune à l'approbation : dites laquelle doit être proposée.
