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
}


def phrase(which: Phrase, language: Language, **names: str) -> tuple[str, Language]:
    """A sentence in the caller's language, or in English where we have none, and the language it is in."""
    texts = _PHRASES[which]
    code = language.base_code if language.base_code in texts else "en"
    return texts[code].format(**names), language if code == language.base_code else ENGLISH
