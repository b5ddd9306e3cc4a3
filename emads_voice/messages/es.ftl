### What a conversation says between its turns. What answers are made of is said in English.

greeting = Hola. Soy un asistente automático. ¿En qué puedo ayudarle?
may_record = Hola. Soy un asistente automático. ¿Podemos grabar esta llamada? Por favor, diga sí o no.
we_call = Buenos días, soy un asistente automático{ $name ->
    [none] {"."}
   *[other] {" "}de { $name }.
} { $purpose ->
    [none] ¿Tiene un momento?
   *[other] Le llamo por lo siguiente: { $purpose }.
}
may_record_again = Disculpe, ¿podemos grabar esta llamada? Diga sí o pulse 1, diga no o pulse 2.
recorded = Gracias, la llamada se graba a partir de ahora. ¿En qué puedo ayudarle?
not_recorded = La llamada no se graba. ¿En qué puedo ayudarle?
moment = Un momento, por favor.
looking = Déjeme mirarlo.
still_there = ¿Sigue ahí?
still_there_again = Hola, ¿me oye?
come_in = Disculpe, ¿me permite decir algo?
come_in_again = Perdone, ¿puedo intervenir un momento?
resumed = Disculpe, se cortó la línea. Continúe, por favor.
held_elsewhere = Esta conversación está en curso en otra línea. Puede esperar un momento, ¿o empezamos una conversación nueva?
held_elsewhere_again = La conversación sigue en la otra línea. ¿Prefiere esperar o empezamos una nueva?
not_heard = No he oído nada. Por favor, dígalo otra vez.
not_heard_again = Sigo sin oír nada. Hable un poco más alto o compruebe el micrófono.
not_recognised = Lo siento, aquí ha fallado algo y no he podido entender lo que ha dicho. Por favor, dígalo otra vez.
not_recognised_again = Todavía no he podido entenderle, y el fallo es nuestro. Inténtelo una vez más.
out_of_scope = Nadie aquí puede responder a eso, así que debe verlo una persona. Puede preguntar a: { $agents }.
out_of_scope_again = Eso tampoco lo sabe nadie aquí, y debe verlo una persona. Quienes pueden responderle son: { $agents }.
which_agent = ¿Es una pregunta para { $first } o para { $second }?
which_agent_again = Aún no lo tengo claro: ¿pregunta a { $first } o a { $second }?
unavailable = Lo siento, ahora no puedo responder. Inténtelo de nuevo en un momento.
unavailable_again = Lo siento, sigo sin poder responder. Puede tardar un poco en volver a funcionar.
only_shown = La respuesta es algo para ver y no se puede leer en voz alta. Puede pedirme que la explique con palabras.
only_shown_again = Esta respuesta también es para verla, no para leerla en voz alta. Si me lo pide, la digo con palabras.
transfer = Le paso con un compañero.
nobody_reached = Lo siento, en este momento no podemos localizar a nadie. Dígame ahora qué mensaje quiere dejar.
nobody_reached_again = Sigo sin localizar a nadie. ¿Qué mensaje quiere dejar?
message_kept = Gracias, lo he anotado y lo transmitiré. ¿Puedo ayudarle en algo más?
message_kept_again = También lo he anotado y lo transmitiré. ¿Algo más?
message_not_wanted = De acuerdo, sin mensaje. ¿En qué más puedo ayudarle?
goodbye = Gracias por llamar. Adiós.
goodbye_outgoing = Gracias por su tiempo. Adiós.
may_do = Me gustaría hacer lo siguiente: { $what }. ¿Está de acuerdo?
may_do_again = Disculpe, diga sí o pulse 1, o diga no o pulse 2. Me gustaría hacer lo siguiente: { $what }. ¿Está de acuerdo?
cannot_be_decided_here = Esto requiere una decisión que no se puede tomar por voz. Queda pendiente hasta que alguien decida.
disclosure = Soy un asistente automático.
hello = Hola, ¿en qué puedo ayudarle?
welcome = De nada.
welcome_again = Con mucho gusto.
capabilities = Puede preguntar a los siguientes. { $agents }
capabilities_again = Como le decía, puede dirigirse a estos. { $agents }
identity = Soy un asistente automático, no una persona. Paso sus preguntas y le digo las respuestas.
nothing_to_repeat = Todavía no he dicho nada. ¿En qué puedo ayudarle?
all_right = De acuerdo.
take_your_time = Tómese su tiempo, espero.
here = Sí, estoy aquí. Dígame.
listening = Le escucho.
language_changed = Claro, hablemos español.
language_unknown = Lo siento, no hablo ese idioma.
language_unknown_again = No hablo esa lengua, lo siento.
no_person = Lo siento, desde aquí no puedo pasarle con una persona.
no_person_again = Aquí sigo estando solo yo: no tengo forma de pasarle con nadie.
callback = Por supuesto. Dígame ahora, por favor, a qué número y sobre qué asunto.
no_callback = Lo siento, desde aquí no puedo hacer que le devuelvan la llamada.
no_callback_again = Una llamada de vuelta no puedo concertarla, lo siento.
slower = De acuerdo, hablaré más despacio.
faster = De acuerdo, hablaré más rápido.
louder = De acuerdo, hablaré más alto.
quieter = De acuerdo, hablaré más bajo.
of_course = Por supuesto.
yes_here = Sí, aquí estoy.
still_working = Sigo trabajando en ello.
moment_again = Un momento más, por favor.
still_working_again = Sí, estoy aquí y sigo buscando la respuesta.
doing = Un momento: { $what }.
look_up = Un momento, voy a consultarlo.
nothing_done = No se ha aprobado ni hecho nada: esto es solo una propuesta, y decide una persona.
instructions_kept = No hablo de mis instrucciones, pero con gusto respondo a su pregunta.
there_is_more = Hay más que decir: pídame que continúe.
plan_action = Llevar a cabo { $option }.
plan_waits = Queda a la espera de aprobación, con la referencia { $reference }.
plan_not_put = Ahora no he podido presentarlo a nadie para su aprobación, así que no se hará nada.
plan_tied = Como empatan, no presento ninguna a aprobación: diga cuál se ha de proponer.
