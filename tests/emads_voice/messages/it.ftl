### A language that does not come with the package, as a deployment would add it.

greeting = Buongiorno. Sono un assistente automatico. Come posso aiutarla?
we_call = Buongiorno, sono un assistente automatico{ $name ->
    [none] {"."}
   *[other] {" "}di { $name }.
} { $purpose ->
    [none] Ha un momento?
   *[other] Chiamo per questo: { $purpose }.
}
may_record = Buongiorno. Possiamo registrare questa chiamata? Risponda sì o no.
may_record_again = Scusi, possiamo registrare questa chiamata? Dica sì o prema 1, dica no o prema 2.
recorded = Grazie, da ora la chiamata è registrata. Come posso aiutarla?
not_recorded = La chiamata non è registrata. Come posso aiutarla?
moment = Un momento, per favore.
still_there = È ancora in linea?
still_there_again = Pronto, mi sente?
come_in = Mi scusi, posso dire una cosa?
come_in_again = Scusi, posso intervenire un momento?
resumed = Mi scusi, la linea è caduta. Continui pure.
held_elsewhere = Questa conversazione è in corso su un'altra linea. Attenda un momento, oppure richiami più tardi.
held_elsewhere_again = La conversazione continua sull'altra linea. Preferisce attendere o ne cominciamo una nuova?
not_heard = Non ho sentito niente. Può ripetere, per favore?
not_heard_again = Ancora non sento niente. Parli un po' più forte o controlli il microfono.
not_recognised = Mi dispiace, qui qualcosa non ha funzionato e non ho capito che cosa ha detto. Può ripetere, per favore?
not_recognised_again = Non sono ancora riuscito a capire, ed è colpa nostra. Riprovi ancora una volta.
out_of_scope = Qui nessuno può rispondere a questa domanda, quindi deve occuparsene una persona. Può chiedere a: { $agents }.
out_of_scope_again = Neanche a questo qui sa rispondere qualcuno, deve occuparsene una persona. Possono rispondere: { $agents }.
which_agent = È una domanda per { $first } o per { $second }?
which_agent_again = Non mi è ancora chiaro: chiede a { $first } o a { $second }?
unavailable = Mi dispiace, in questo momento non posso rispondere. Riprovi tra poco.
unavailable_again = Mi dispiace, non posso ancora rispondere. Potrebbe volerci un po' di tempo.
only_shown = La risposta è qualcosa da vedere e non si può leggere ad alta voce. Può chiedermi di dirla a parole.
only_shown_again = Anche questa risposta è da guardare e non si può leggere ad alta voce. Se lo chiede, la dico a parole.
transfer = La metto in contatto con un collega.
nobody_reached = Mi dispiace, al momento non c'è nessuno. Mi dica ora che cosa devo riferire.
nobody_reached_again = Non riesco ancora a raggiungere nessuno. Che cosa devo riferire?
message_kept = Grazie, l'ho annotato e lo riferirò. Posso aiutarla in altro?
message_kept_again = Ho annotato anche questo e lo riferirò. C'è altro?
message_not_wanted = Va bene, nessun messaggio. In che altro posso aiutarla?
goodbye = Grazie della chiamata. Arrivederci.
goodbye_outgoing = Grazie del suo tempo. Arrivederci.
may_do = Vorrei fare questo: { $what }. È d'accordo?
may_do_again = Scusi, dica sì o prema 1, oppure dica no o prema 2. Vorrei fare questo: { $what }. È d'accordo?
cannot_be_decided_here = Serve una decisione che non si può prendere a voce. Resta in sospeso finché qualcuno decide.
disclosure = Sono un assistente automatico.
hello = Buongiorno, come posso aiutarla?
welcome = Prego.
welcome_again = È stato un piacere.
capabilities = Può chiedere a loro. { $agents }
capabilities_again = Come dicevo, può rivolgersi a loro. { $agents }
identity = Sono un assistente automatico, non una persona.
nothing_to_repeat = Non ho ancora detto niente. Come posso aiutarla?
all_right = Va bene.
take_your_time = Faccia con calma, aspetto.
here = Sì, ci sono. Mi dica.
listening = La ascolto.
language_changed = Certo, parliamo italiano.
language_unknown = Mi dispiace, non parlo questa lingua.
language_unknown_again = Quella lingua non la parlo, mi dispiace.
no_person = Mi dispiace, da qui non posso passarle una persona.
no_person_again = Qui ci sono sempre soltanto io: non posso passarle nessuno.
callback = Certo. Mi dica adesso, per favore, a quale numero e di che cosa si tratta.
no_callback = Mi dispiace, da qui non posso farla richiamare.
no_callback_again = Una richiamata non la posso organizzare, mi dispiace.
slower = Va bene, parlerò più lentamente.
faster = Va bene, parlerò più in fretta.
louder = Va bene, parlerò più forte.
quieter = Va bene, parlerò più piano.
of_course = Certo.
yes_here = Sì, sono qui.
still_working = Ci sto ancora lavorando.
moment_again = Ancora un momento, per favore.
still_working_again = Sì, ci sono e sto ancora cercando.
doing = Un momento: { $what }.
looking = Controllo subito.
look_up = Un momento, lo verifico.
nothing_done = Nulla è stato approvato o fatto: è solo una proposta, e decide una persona.
instructions_kept = Delle mie istruzioni non parlo, ma rispondo volentieri alla sua domanda.
there_is_more = C'è altro da dire: mi chieda di continuare.
plan_action = Procedere con { $option }.
plan_waits = Resta in attesa di approvazione, con il riferimento { $reference }.
plan_not_put = Al momento non ho potuto sottoporlo a nessuno, quindi non succede nulla.
plan_tied = Poiché sono a pari merito, non ne sottopongo nessuna: dica quale va proposta.

start_over = Mi scusi, ricomincio.
subject = { $agent ->
    [cto] di tecnologia
    [coo] di operazioni
   *[other] il reparto { $agent }
}
speaker = { $agent ->
    [ceo] l'amministratore delegato
    [cto] il direttore tecnico
    [coo] il direttore operativo
   *[other] il reparto { $agent }
}
agent_says = { CAPITAL($who) } dice: { $answer }

nothing_to_weigh = Nessuno ha proposto un'opzione da confrontare. Una persona deve esaminare la questione e decidere.
best_option = L'opzione migliore è: { $option }, con { $points } punti su 100.
two_options = Due opzioni sono vicine: { $first }, con { $first_points } punti su 100, e { $second }, con { $second_points }.
outscored_option = La raccomandazione è { $option }, con { $points } punti su 100. { $better } ne ha di più, { $better_points }.
tied_options = { $count } opzioni hanno lo stesso punteggio, { $points } punti su 100: { $options }.
tied_in_short = { $count } opzioni hanno lo stesso punteggio: { $options }.
best_in_short = { CAPITAL($option) } ha il punteggio migliore.
close_in_short = { CAPITAL($first) } e { $second } sono vicine.
outscored_in_short = Si raccomanda { $option }, ma { $better } ha più punti.
advised_against = Il parere è contrario a: { $options }.
unnamed_option = un'opzione senza nome
unnamed_reason = qualcosa che non si può leggere
why = A favore: { $why }.
why_first = A favore della prima: { $why }.
objection = Contro, { $who } dice: { $objection }.
objection_to = Contro { $option }, { $who } dice: { $objection }.
disagreement = { CAPITAL($who) } non sono d'accordo su { $about }.
disagreement_on_options = I pareri sono diversi: { $positions }.
position = { $who } dice { $option }
about_recommendation = che cosa fare
about_identity = di quale opzione si parla
about_timeline = i tempi
about_cost = i costi
about_risk = i rischi
about_confidence = il grado di certezza
risk_with_cost = Il rischio è { $level } e il costo è { $cost }.
risk_with_cost_of = Il rischio è { $level }, e { $option } costa { $cost }.
risk_alone = Il rischio è { $level }.
risk_without_cost = Il rischio è { $level } e il costo non è noto per intero.
without_cost = Il costo non è del tutto noto.
cost_of = { $option ->
    [none] Il costo
   *[other] Il costo di { $option }
} è { $cost }.
complexity_level = La complessità è a un livello { $level }.
level_low = basso
level_medium = medio
level_high = alto
who_decides = È solo una proposta: decide { $who }.
management_because = La direzione deve esaminarla per { $reasons }.
because_complexity = la complessità
because_risk = il rischio
because_budget = il costo
because_legal = una questione legale
because_compliance = la conformità
because_data_breach = il pericolo di una fuga di dati
because_conflict = il disaccordo
because_incomplete = le informazioni mancanti

dollars = { $amount ->
    [one] { SPOKEN($amount) } dollaro
    [many] { SPOKEN($amount) } di dollari
   *[other] { SPOKEN($amount) } dollari
}
dong = { SPOKEN($amount) } dong
other_money = { SPOKEN($amount) } { $currency }
from_to = da { $least } a { $most }
cost_once = { $money } una volta
cost_monthly = { $money } al mese
saves_once = un risparmio di { $money } una volta
saves_monthly = un risparmio di { $money } al mese
cost_nothing = niente
cost_unknown = una somma non nota
cost_converted = { $cost }, al nostro cambio
first_year = fino a { $money } nel primo anno

cited = Secondo il documento { $document }, { $section }: { $text }
cited_whole = Secondo il documento { $document }: { $text }
product = Per { $count } { $things } sono { $about } { $total } { $currency }.
as_told = Come ho detto: { $text }
contradicting = I documenti si contraddicono. { $first }: { $said } { $second }: { $alsosaid }
nothing_found = Il manuale aziendale non ne parla, quindi non posso rispondere.
part_not_found = Su «{ $question }» il manuale aziendale non dice nulla.
which_subject = A che cosa si riferisce?
which_section = Intende { $first } o { $second }?
not_decided = { CAPITAL($document) } non dice questo. { $initiative } è ancora una proposta.
cannot_act = Non posso farlo: decide una persona, e non è stato avviato nulla.
least_cost = La più economica è { $option }.
least_once = All'inizio la più economica è { $option }.
least_monthly = Al mese la più economica è { $option }.
least_time = La più rapida è { $option }.
initiative_papers = carte dell'iniziativa
option_costs = L'opzione { $option } costa { $cost }.
initiative_costs = { $initiative } costa { $cost }.
option_takes = L'opzione { $option } richiede { $time }.
main_risks = { $count ->
    [one] Il rischio principale è che { $risks }.
   *[other] I rischi principali sono che { $risks }.
}
remedy = Il rimedio: { $remedy }.
needs = Servono { $needs }.
quantity = { $quantity } { $what }
area_changes = Per { $area }: { $change }.
options = Le opzioni sono: { $options }.
option_recommended = Quella consigliata è { $option }.
benefits = I vantaggi: { $benefits }.
side_missing = Da { $who }, { $document } non indicano { $side }.
side_position = una posizione
side_cost = i costi
side_risk = i rischi
side_time = i tempi
side_people = le persone necessarie
side_options = le opzioni
side_benefit = i vantaggi
