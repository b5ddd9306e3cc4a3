"""The few sentences the graph itself says, in the languages we can write well."""

from __future__ import annotations

from typing import Literal

from emads_voice.voice.languages import ENGLISH, Language

Phrase = Literal[
    "not_heard",
    "out_of_scope",
    "unavailable",
    "greeting",
    "moment",
    "still_there",
    "goodbye",
    "transfer",
    "resumed",
    "may_record",
    "may_record_again",
    "recorded",
    "not_recorded",
]

_PHRASES: dict[Phrase, dict[str, str]] = {
    "not_heard": {
        "en": "I did not hear anything. Please say that again.",
        "vi": "Tôi chưa nghe thấy gì. Xin anh chị nói lại.",
        "zh": "我没有听到声音，请再说一遍。",
        "fr": "Je n'ai rien entendu. Pouvez-vous répéter ?",
        "de": "Ich habe nichts gehört. Bitte sagen Sie es noch einmal.",
        "es": "No he oído nada. Por favor, dígalo otra vez.",
        "ja": "何も聞こえませんでした。もう一度お話しください。",
        "ko": "아무 말씀도 들리지 않았습니다. 다시 말씀해 주세요.",
    },
    "out_of_scope": {
        "en": "Nobody here can answer that. You can ask: {agents}.",
        "vi": "Ở đây không ai trả lời được câu hỏi đó. Anh chị có thể hỏi: {agents}.",
        "zh": "这里没有人能回答这个问题。您可以向他们提问：{agents}。",
        "fr": "Personne ici ne peut répondre à cela. Vous pouvez interroger : {agents}.",
        "de": "Das kann hier niemand beantworten. Fragen können Sie: {agents}.",
        "es": "Nadie aquí puede responder a eso. Puede preguntar a: {agents}.",
        "ja": "そのご質問に答えられる担当者がいません。次の担当者に質問できます。{agents}。",
        "ko": "그 질문에 답할 수 있는 담당자가 없습니다. 다음 담당자에게 물어보실 수 있습니다: {agents}.",
    },
    "unavailable": {
        "en": "I am sorry, I cannot answer at the moment. Please try again in a little while.",
        "vi": "Xin lỗi, hiện tôi chưa trả lời được. Xin anh chị thử lại sau ít phút.",
        "zh": "抱歉，我现在无法回答，请稍后再试。",
        "fr": "Je suis désolé, je ne peux pas répondre pour l'instant. Réessayez dans un moment.",
        "de": "Es tut mir leid, ich kann gerade nicht antworten. Bitte versuchen Sie es gleich noch einmal.",
        "es": "Lo siento, ahora no puedo responder. Inténtelo de nuevo en un momento.",
        "ja": "申し訳ありません。ただいまお答えできません。しばらくしてからもう一度お試しください。",
        "ko": "죄송합니다. 지금은 답변드릴 수 없습니다. 잠시 후 다시 시도해 주세요.",
    },
    "greeting": {
        "en": "Hello, how can I help?",
        "vi": "Xin chào, tôi có thể giúp gì cho anh chị?",
        "zh": "您好，请问有什么可以帮您？",
        "fr": "Bonjour, que puis-je faire pour vous ?",
        "de": "Guten Tag, was kann ich für Sie tun?",
        "es": "Hola, ¿en qué puedo ayudarle?",
        "ja": "お電話ありがとうございます。ご用件をどうぞ。",
        "ko": "안녕하세요, 무엇을 도와드릴까요?",
    },
    "moment": {
        "en": "One moment, please.",
        "vi": "Xin anh chị chờ một chút.",
        "zh": "请稍等。",
        "fr": "Un instant, s'il vous plaît.",
        "de": "Einen Moment, bitte.",
        "es": "Un momento, por favor.",
        "ja": "少々お待ちください。",
        "ko": "잠시만 기다려 주세요.",
    },
    "still_there": {
        "en": "Are you still there?",
        "vi": "Anh chị còn nghe máy không ạ?",
        "zh": "您还在吗？",
        "fr": "Êtes-vous toujours là ?",
        "de": "Sind Sie noch da?",
        "es": "¿Sigue ahí?",
        "ja": "もしもし、聞こえていらっしゃいますか。",
        "ko": "아직 듣고 계신가요?",
    },
    "goodbye": {
        "en": "Thank you for calling. Goodbye.",
        "vi": "Cảm ơn anh chị đã gọi. Xin chào tạm biệt.",
        "zh": "感谢您的来电，再见。",
        "fr": "Merci de votre appel. Au revoir.",
        "de": "Danke für Ihren Anruf. Auf Wiederhören.",
        "es": "Gracias por llamar. Adiós.",
        "ja": "お電話ありがとうございました。失礼いたします。",
        "ko": "전화해 주셔서 감사합니다. 안녕히 계세요.",
    },
    "transfer": {
        "en": "I will put you through to a colleague.",
        "vi": "Tôi xin nối máy cho anh chị gặp đồng nghiệp.",
        "zh": "我为您转接同事。",
        "fr": "Je vous passe un collègue.",
        "de": "Ich verbinde Sie mit einem Kollegen.",
        "es": "Le paso con un compañero.",
        "ja": "担当者におつなぎします。",
        "ko": "담당자에게 연결해 드리겠습니다.",
    },
    "resumed": {
        "en": "Sorry, the line was interrupted. Please go on.",
        "vi": "Xin lỗi, đường dây vừa bị gián đoạn. Xin anh chị nói tiếp.",
        "zh": "抱歉，刚才线路中断了，请继续。",
        "fr": "Excusez-moi, la ligne a été coupée. Continuez, je vous écoute.",
        "de": "Entschuldigung, die Verbindung war unterbrochen. Bitte fahren Sie fort.",
        "es": "Disculpe, se cortó la línea. Continúe, por favor.",
        "ja": "失礼しました、回線が途切れました。続けてお話しください。",
        "ko": "죄송합니다, 연결이 잠시 끊겼습니다. 계속 말씀해 주세요.",
    },
    # A yes counts once the question mark has been heard.
    "may_record": {
        "en": "Hello. May this call be recorded? Please say yes or no.",
        "vi": "Xin chào. Anh chị có đồng ý cho ghi âm cuộc gọi này không ạ? Xin trả lời có hoặc không.",
        "zh": "您好，本次通话可以录音吗？请回答可以或不可以。",
        "fr": "Bonjour. Cet appel peut-il être enregistré ? Répondez par oui ou par non.",
        "de": "Guten Tag. Darf dieser Anruf aufgezeichnet werden? Bitte sagen Sie ja oder nein.",
        "es": "Hola. ¿Podemos grabar esta llamada? Por favor, diga sí o no.",
        "ja": "お電話ありがとうございます。この通話を録音してもよろしいですか？「はい」か「いいえ」でお答えください。",
        "ko": "안녕하세요. 이 통화를 녹음해도 될까요? 네 또는 아니요로 말씀해 주세요.",
    },
    "may_record_again": {
        "en": "Sorry, may this call be recorded? Say yes or press 1, or say no or press 2.",
        "vi": "Xin lỗi, anh chị có đồng ý cho ghi âm cuộc gọi này không ạ? Đồng ý xin nói có hoặc bấm phím 1, "
        "không đồng ý xin nói không hoặc bấm phím 2.",
        "zh": "抱歉，本次通话可以录音吗？可以请按1，不可以请按2，也可以直接回答。",
        "fr": "Pardon, cet appel peut-il être enregistré ? Dites oui ou tapez 1, dites non ou tapez 2.",
        "de": "Verzeihung, darf dieser Anruf aufgezeichnet werden? Sagen Sie ja oder drücken Sie die 1, "
        "sagen Sie nein oder drücken Sie die 2.",
        "es": "Disculpe, ¿podemos grabar esta llamada? Diga sí o pulse 1, diga no o pulse 2.",
        "ja": "恐れ入ります、この通話を録音してもよろしいですか？「はい」とおっしゃるか1を、"
        "「いいえ」とおっしゃるか2を押してください。",
        "ko": "죄송합니다, 이 통화를 녹음해도 될까요? 네라고 말씀하시거나 1번을, "
        "아니요라고 말씀하시거나 2번을 눌러 주세요.",
    },
    "recorded": {
        "en": "Thank you, the call is recorded from now on. How can I help?",
        "vi": "Cảm ơn anh chị, từ giờ cuộc gọi được ghi âm. Tôi có thể giúp gì cho anh chị?",
        "zh": "谢谢，现在开始录音。请问有什么可以帮您？",
        "fr": "Merci, l'appel est enregistré à partir de maintenant. Que puis-je faire pour vous ?",
        "de": "Danke, der Anruf wird ab jetzt aufgezeichnet. Was kann ich für Sie tun?",
        "es": "Gracias, la llamada se graba a partir de ahora. ¿En qué puedo ayudarle?",
        "ja": "ありがとうございます。これから録音します。ご用件をどうぞ。",
        "ko": "감사합니다. 지금부터 통화가 녹음됩니다. 무엇을 도와드릴까요?",
    },
    "not_recorded": {
        "en": "The call is not recorded. How can I help?",
        "vi": "Cuộc gọi không được ghi âm. Tôi có thể giúp gì cho anh chị?",
        "zh": "本次通话不录音。请问有什么可以帮您？",
        "fr": "L'appel n'est pas enregistré. Que puis-je faire pour vous ?",
        "de": "Der Anruf wird nicht aufgezeichnet. Was kann ich für Sie tun?",
        "es": "La llamada no se graba. ¿En qué puedo ayudarle?",
        "ja": "この通話は録音しません。ご用件をどうぞ。",
        "ko": "이 통화는 녹음되지 않습니다. 무엇을 도와드릴까요?",
    },
}


def phrase(which: Phrase, language: Language, **names: str) -> tuple[str, Language]:
    """A sentence in the caller's language, or in English where we have none, and the language it is in."""
    texts = _PHRASES[which]
    code = language.base_code if language.base_code in texts else "en"
    return texts[code].format(**names), language if code == language.base_code else ENGLISH
