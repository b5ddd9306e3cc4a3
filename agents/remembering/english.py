"""English, after what callers say; words are folded, so that “what’s” is ``what s``."""

from __future__ import annotations

import re

from .patterns import Wording, compiled, four

_DIGITS = {
    "zero": "0",
    "oh": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
_WE = (
    r"(?:we|i|you|you guys|they|he|she|us|the (?:company|board|management|team|committee|boss|bosses|group"
    r"|leadership|directors|cto|coo|ceo)|management|everyone|everybody|people|anyone|anybody|somebody|someone)"
)
_DECIDED = r"(?:decide|decided|conclude|concluded|resolve|resolved|settle on|settled on|make up our minds)"
_CHOSE = (
    r"(?:agree|agreed|choose|chose|chosen|pick|picked|approve|approved|sign off|signed off|reject|rejected|turn down"
    r"|turned down|say (?:yes|no) to|said (?:yes|no) to|give the (?:go ahead|green light)(?: to)?|go with|gone with|went with|opt for|opted for|end up|ended up|settle|settled|go ahead|gone ahead)"
)
_NOUN = r"(?:decision|decisions|verdict|proposal|proposals|final call|conclusion)"
_MADE = r"(?:made|make|taken|take|reached|reach|come to|came to|got|get)"
_OF = r"(?:on|about|for|regarding|concerning|of|to|with)"
_OUTCOME = (
    r"(?:approved|rejected|decided|signed off|turned down|go through|gone through|went through|going through"
    r"|get through|got through|accepted|declined|carried out|executed|agreed|passed|go ahead|going ahead|gone ahead"
    r"|get the (?:green light|go ahead|nod)|got the (?:green light|go ahead|nod)|happen|dropped|shelved|cancelled"
    r"|withdrawn|waiting for approval|pending|still open|get approved|got approved|get rejected|come to anything)"
)
_SOON = r"(?: (?:ever|already|yet|finally|actually|all|not|just|then|really|been|even|still|in the end|eventually))*"
_POLITE = (
    r"^(?:(?:please|hey|hi|hello|ok|okay|well|oh|so|also|and|just|by the way|one more thing|can you|could you"
    r"|would you|will you|i want you to|i would like you to|i d like you to|you can|kindly|right|yes) )*"
)
_ABOUT_ME = r"(?:about|of|on) (?:me|myself)\b"

ENGLISH = Wording(
    decided=compiled(
        rf"\b(?:decision|proposal|reference)(?: (?:number|no|reference|with the|called|id))* {four(_DIGITS)}",
        rf"\b(?:what|which|how|where|that|whatever)(?: \w+){{0,3}}? (?:did|have|had|has|ve) {_WE}(?: \w+){{0,2}}? "
        rf"{_DECIDED}\b(?P<s>.*)",
        rf"\b(?:what|how|whether|if|that|which \w+|anything) {_WE}(?: \w+){{0,2}}? (?:decided|concluded|settled on)\b"
        r"(?P<s>.*)",
        r"\b(?:was|were|is|has|have) (?:anything|something)(?: been)? (?:decided|concluded|agreed)\b(?P<s>.*)",
        r"^(?P<p>.*?)\bwhat (?:was|is|s)(?: then)? (?:the|our)(?: final)? (?:decision|verdict)$",
        r"\b(?:what|which(?: \w+){1,2})(?: \w+)? (?:was|were|has been|have been|had been|got|is|s)(?: \w+)?? "
        r"(?:decided|concluded)\b(?P<s>.*)",
        rf"\b(?:did|have|has|had|haven t|hasn t|didn t) {_WE}{_SOON} {_DECIDED}\b(?P<s>.*)",
        rf"\b(?:did|have|has|had|haven t|hasn t|didn t) {_WE}{_SOON} {_MADE}(?: \w+)?? (?:a|any|the|our|some)"
        rf"(?: \w+)?? {_NOUN}(?P<s>.*)",
        rf"\b(?:has|was|is|were|have|are) (?:a|any|there a|there any|there been a|there been any)(?: \w+)?? {_NOUN}"
        rf"{_SOON}(?: {_MADE})?(?P<s>.*)",
        rf"\b(?:what|which|tell|remind|give|read|recall|repeat|how|where|status|outcome|result|state|news|update|word"
        rf"|remember|know|hear)\b.*?\b(?:the|our|my|that|last|latest|final|previous)(?: \w+)?? {_NOUN} "
        rf"(?:{_OF}|was {_OF}|we (?:made|took|came to)(?: {_OF})?|(?:made|taken)(?: {_OF})?)\b(?P<s>.*)",
        rf"\b(?:is|was|has|did|are) (?:the|our|my|that)(?: \w+)?? {_NOUN}(?: {_OF}(?P<s>.*?))? (?:still |already "
        r"|yet |now |been )*(?:open|pending|waiting|approved|rejected|made|final|done|carried out|expired|through"
        r"|closed|taken|signed|come)\b",
        r"\b(?:happened (?:to|with)|became of|become of|status of|outcome of|result of|state of|update on|news on"
        r"|news about|stand with|stand on|where is|how is|what about|remind me of|recall|what was|what is|what s"
        rf"|is|was|did)(?: \w+)?? (?:the|our|my|that) (?P<q>(?:\w+ ){{1,6}}?){_NOUN}\b",
        r"\b(?:what|which|any|are there|list|show me|tell me)\b(?: \w+){0,3} decisions?\b.* (?:we|you|made|taken|open"
        r"|pending|waiting|outstanding|left|so far)\b",
        r"\b(?:what|which|anything|something)(?: \w+){0,3} (?:waiting for|awaiting|waiting on) (?:approval|a decision"
        r"|to be approved|somebody s approval)\b",
        r"\b(?:open|pending|outstanding|recent|last|latest) (?:decisions|approvals|proposals)\b",
    ),
    perhaps=compiled(
        rf"\b(?:did|have|has|had|ve|didn t|haven t|hasn t) {_WE}(?: \w+){{0,2}}? {_CHOSE}\b(?P<s>.*)",
        rf"\b(?:number|plan|request|ref)(?: (?:number|no))* {four(_DIGITS)}",
        rf"\b(?:was|were|is|has|have|did|are|wasn t|isn t|hasn t|didn t)(?P<s>(?: \w+){{1,9}}?){_SOON} {_OUTCOME}\b",
        rf"\b(?:whether|(?:know|me) if)(?P<s>(?: \w+){{1,9}}?) (?:was|were|is|are|has|have|did|got|gets){_SOON} {_OUTCOME}"
        r"\b",
        rf"^(?P<s>(?:\w+ ){{1,12}}?)(?:was|is|has|did) (?:that|it|this){_SOON} {_OUTCOME}\b",
        r"\bwhat(?:ever)? (?:happened|has happened|became|has become|s happened|ever happened|came|has come|ended up happening)"
        r"(?: \w+)?? (?:to|with|of|about)\b(?P<s>.*)",
        r"\bwhat (?:is|s|was)(?: the)? (?:status|latest|outcome|result|state|verdict|word)(?: \w+)? (?:of|on|with|about)"
        r"\b(?P<s>.*)",
        r"\bhow did(?P<s>(?: \w+){1,6}?) (?:turn out|end up|end|go|come out)\b",
        r"\bwhere (?:do|are|did|does|have) (?:we|things|it|they|you)(?: \w+)?? (?:stand|end up|land|got to|with|on)"
        r"(?: (?:with|on))?(?P<s>.*)",
        r"\b(?:any|is there|are there)(?: \w+)? (?:news|update|updates|word|progress) (?:on|about|from|regarding)\b"
        r"(?P<s>.*)",
        r"\bwho (?:approved|rejected|signed off|decided|turned down)(?: (?:on|about|to))*(?P<s> .*)",
        rf"\bwhy (?:did|have|was|were) {_WE}? ?(?:decide|decided|choose|chose|chosen|reject|rejected|approve|approved"
        r"|pick|picked)\b(?P<s>.*)",
    ),
    undecided=re.compile(
        r"\b(?:should|shall|could(?! you)|would(?! you)|ought|must|may|might|need to|have to|has to|want to|going to|trying to|able to"
        r"|time to|help me|help us|how (?:do|does|can|are|is|will)|who (?:decides|has|must|can|makes|approves|is)|will"
        r"|usually|normally|generally|by default|criteria|process|procedure|policy|rule|rules|(?<!know )(?<!me )if|when (?:do|does|will|is|are|a|we have)|before|until"
        r"|yourself|are you|were you|did you(?! guys| all)|handbook)\b"
    ),
    keep=compiled(
        rf"{_POLITE}(?:remember|keep in mind|bear in mind|make a note|take a note|note down|note|write down|do not forget"
        r"|don t forget|memori[sz]e|save|store)(?: (?:for (?:me|next time|later|the future|future calls)|please|this"
        r"|the following|one thing|something|about me))*(?: (?:that|namely))? "
        r"(?P<s>(?:i|i m|my|we|our|me|mine|call me)\b.+)",
        rf"{_POLITE}(?:remember|keep in mind|bear in mind|make a note|take a note|note down|note|write down|do not forget"
        r"|don t forget)(?: (?:for (?:me|next time|later|the future|future calls)|please))* that (?P<s>.+)",
        rf"{_POLITE}(?:for (?:next time|the future|future calls)|from now on|in future|in the future)(?: please)?"
        r"(?: remember)?(?: that)? (?P<s>(?:i|my|call me) .+)",
    ),
    tell=compiled(
        r"\b(?:what|which|anything|everything|something)\b(?: \w+){0,3} (?:you|they|i|on file|there|stored|kept|saved)"
        rf"(?: \w+){{0,3}}? {_ABOUT_ME}",
        r"\bdo you (?:know|remember|have|keep|store)(?: (?:anything|something|still|who))* (?:about |on |who )?(?:me|i am)"
        r"$",
        r"\bwhat (?:did|have) i (?:\w+ )?(?:ask|asked|tell|told) you to (?:remember|keep|note)\b",
        r"\bwhat (?:are|were) my (?:preferences|notes)\b",
    ),
    forget=compiled(
        rf"{_POLITE}forget (?:that|what i just (?:said|told you)|the last (?:one|thing|note)|this)(?: again| please)*$",
        rf"{_POLITE}(?:forget|delete|erase|no longer remember|stop remembering|do not remember|don t remember) "
        r"(?:about )?(?:that|what i (?:said|told you)(?: about)?|the (?:fact|thing|note)(?: that| about)?|my|about my) "
        r"(?P<s>.+)",
    ),
    forget_all=compiled(
        rf"{_POLITE}(?:forget|delete|erase|remove|wipe|clear)(?: \w+){{0,2}}? (?:everything|all|anything|whatever|what)"
        rf"(?: \w+){{0,6}}? {_ABOUT_ME}",
        rf"{_POLITE}(?:forget|delete|erase|remove|wipe|clear) (?:me|all about me|(?:all )?(?:my|of my) (?:data|information"
        r"|details|preferences|notes)|(?:all|everything|whatever|what) (?:that )?(?:i|you) (?:ever )?(?:told|said|asked|know"
        r"|remember|kept|have)(?: you)?(?: to (?:remember|keep))?)(?: please| now| completely| entirely)*$",
    ),
    around=re.compile(
        r"\b(?:last (?:week|month|time|year|call|monday|tuesday|wednesday|thursday|friday|night)|yesterday|the other day"
        r"|earlier|before|recently|lately|a (?:week|month|while) ago|today|this (?:week|month|morning)|so far|in the end"
        r"|on the phone|in (?:our|my) last call|previously|back then|again|already|please|yet|anything|something|finally"
        r"|the (?:question|matter|issue|topic|subject) of|whether|eventually|thank you|when we (?:spoke|talked)(?: last)?"
        r"|the decision|decision|proposal)\b"
    ),
    beside=frozenset(
        "on about for with regarding concerning to of over the that our my and in is was be been at a an it we now thanks "
        "still thing business matter issue do go then".split()
    ),
    digits=_DIGITS,
    remembers={},
)
