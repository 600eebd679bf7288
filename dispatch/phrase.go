package dispatch

import (
	"fmt"
	"strings"
	"time"

	"roundsman/internal/ids"
)

// Told is what a notice tells of. Only what the kind's phrase names is looked at.
type Told struct {
	Technician string    // as said
	Start, End time.Time // of the arrival window
	Zone       *time.Location
	Cause      string // of an incident, in plain words
	Item       string // its asset tag
	Place      string // the depot it comes back to
	// Instead: another technician comes, which is said beside what else there is.
	Instead bool
}

// languages are those that people are written to in; the first is for everybody
// else.
var languages = []string{"en", "de", "fr", "es"}

// phrases say each kind of notice in each language. What stands in braces is a
// part of Told; nothing else in them varies. They follow a name and a comma.
var phrases = map[string]map[string]string{
	"promise_made": {
		"en": "{technician} comes to you {window}.",
		"de": "{technician} kommt {window} zu Ihnen.",
		"fr": "{technician} passera vous voir {window}.",
		"es": "{technician} le visitará {window}.",
	},
	"promise_moved": {
		"en": "it is another time now: {technician} comes to you {window}.",
		"de": "es gilt nun eine andere Zeit: {technician} kommt {window} zu Ihnen.",
		"fr": "l'heure a changé : {technician} passera vous voir {window}.",
		"es": "la hora ha cambiado: {technician} le visitará {window}.",
	},
	"technician_changed": {
		"en": "{technician} will come to you instead, {window} as promised.",
		"de": "statt wie angekündigt kommt nun {technician} zu Ihnen, wie zugesagt {window}.",
		"fr": "c'est maintenant {technician} qui passera vous voir, {window} comme promis.",
		"es": "ahora le visitará {technician}, {window} como prometimos.",
	},
	"at_risk": {
		"en": "we promised to be with you {window}. That is at risk now; we are working on it and will tell you as soon as we know more.",
		"de": "wir haben Ihnen zugesagt, {window} bei Ihnen zu sein. Das ist im Augenblick gefährdet; wir arbeiten daran und melden uns, sobald wir mehr wissen.",
		"fr": "nous vous avons promis de passer {window}. Cela est actuellement incertain ; nous y travaillons et vous préviendrons dès que nous en saurons plus.",
		"es": "le prometimos estar con usted {window}. Ahora no es seguro; estamos en ello y le avisaremos en cuanto sepamos más.",
	},
	"recovered": {
		"en": "we will be with you {window} after all, as promised.",
		"de": "wir sind nun doch wie zugesagt {window} bei Ihnen.",
		"fr": "nous passerons finalement {window}, comme promis.",
		"es": "finalmente estaremos con usted {window}, como prometimos.",
	},
	"late": {
		"en": "we promised to be with you {window} and do not make it in time. We are sorry; you will hear from us as soon as we know when we come.",
		"de": "wir haben Ihnen zugesagt, {window} bei Ihnen zu sein, und schaffen es nicht rechtzeitig. Das tut uns leid; wir melden uns, sobald wir wissen, wann wir kommen.",
		"fr": "nous vous avons promis de passer {window} et nous ne serons pas à l'heure. Nous en sommes désolés ; nous vous dirons quand nous venons dès que nous le saurons.",
		"es": "le prometimos estar con usted {window} y no llegamos a tiempo. Lo sentimos; le diremos cuándo vamos en cuanto lo sepamos.",
	},
	"broken": {
		"en": "we did not come to you in the time we promised. We are sorry; we call you with a new time.",
		"de": "wir sind nicht in der zugesagten Zeit zu Ihnen gekommen. Das tut uns leid; wir rufen Sie mit einer neuen Zeit an.",
		"fr": "nous ne sommes pas venus dans le délai promis. Nous en sommes désolés ; nous vous appelons pour convenir d'une nouvelle heure.",
		"es": "no acudimos en el plazo prometido. Lo sentimos; le llamaremos con una nueva hora.",
	},
	"on_the_way": {
		"en": "{technician} is on the way to you.",
		"de": "{technician} ist auf dem Weg zu Ihnen.",
		"fr": "{technician} est en route vers vous.",
		"es": "{technician} va de camino a verle.",
	},
	// undone: a departure or arrival was reported by mistake.
	"undone": {
		"en": "we told you too early that {technician} is with you or on the way; that was a mistake. {technician} comes to you {window} as promised.",
		"de": "wir haben Ihnen zu früh gemeldet, dass {technician} bei Ihnen oder unterwegs ist; das war ein Versehen. {technician} kommt wie zugesagt {window} zu Ihnen.",
		"fr": "nous vous avons annoncé trop tôt que {technician} était chez vous ou en route ; c'était une erreur. {technician} passera {window}, comme promis.",
		"es": "le avisamos demasiado pronto de que {technician} estaba con usted o de camino; fue un error. {technician} le visitará {window}, como prometimos.",
	},
	"incident": {
		"en": "{cause} We are coming to you; you need do nothing. We call you with the time.",
		"de": "{cause} Wir kommen zu Ihnen; Sie müssen nichts tun. Wir rufen Sie an und nennen Ihnen die Zeit.",
		"fr": "{cause} Nous venons vous voir ; vous n'avez rien à faire. Nous vous appelons pour vous donner l'heure.",
		"es": "{cause} Vamos a visitarle; no tiene que hacer nada. Le llamaremos para decirle la hora.",
	},
	"incident_over": {
		"en": "{cause} That is over now. What we promised you stands; tell us if you still have trouble.",
		"de": "{cause} Das ist nun vorbei. Was wir Ihnen zugesagt haben, gilt weiter; sagen Sie uns, wenn es noch Schwierigkeiten gibt.",
		"fr": "{cause} C'est terminé. Ce que nous vous avons promis reste valable ; dites-nous si vous avez encore des difficultés.",
		"es": "{cause} Ya ha terminado. Lo que le prometimos sigue en pie; díganos si aún tiene dificultades.",
	},
	"change_planned": {
		"en": "{cause} This is planned {window}; you need do nothing. Please call us if that is a bad time.",
		"de": "{cause} Das ist {window} geplant; Sie müssen nichts tun. Bitte rufen Sie uns an, wenn die Zeit ungünstig ist.",
		"fr": "{cause} Cela est prévu {window} ; vous n'avez rien à faire. Appelez-nous si ce moment ne vous convient pas.",
		"es": "{cause} Está previsto {window}; no tiene que hacer nada. Llámenos si no es un buen momento.",
	},
	// start_moved: inside the window, but past the threshold.
	"start_moved": {
		"en": "{technician} comes to you at another time than planned, {window} as promised.",
		"de": "{technician} kommt zu einer anderen Zeit als geplant zu Ihnen, wie zugesagt {window}.",
		"fr": "{technician} passera vous voir à un autre moment que prévu, {window} comme promis.",
		"es": "{technician} le visitará a otra hora de la prevista, {window} como prometimos.",
	},
	"loan_due_soon": {
		"en": "your loaner {item} is due back at {place} {due}. Tell us if you need it longer.",
		"de": "Ihr Leihgerät {item} ist {due} zurückzugeben, bei {place}. Sagen Sie uns, wenn Sie es länger brauchen.",
		"fr": "l'appareil prêté {item} est à rendre {due}, à {place}. Dites-nous si vous en avez besoin plus longtemps.",
		"es": "el equipo prestado {item} debe devolverse {due}, en {place}. Díganos si lo necesita más tiempo.",
	},
	"loan_due": {
		"en": "your loaner {item} was due back at {place} {due}. Please bring it, or tell us if you need it longer.",
		"de": "Ihr Leihgerät {item} war {due} zurückzugeben, bei {place}. Bitte bringen Sie es vorbei, oder sagen Sie uns, wenn Sie es länger brauchen.",
		"fr": "l'appareil prêté {item} était à rendre {due}, à {place}. Merci de le rapporter, ou de nous dire si vous en avez besoin plus longtemps.",
		"es": "el equipo prestado {item} debía devolverse {due}, en {place}. Tráigalo, por favor, o díganos si lo necesita más tiempo.",
	},
	// loan_cancelled: what was booked for them is gone, and nothing like it is free.
	"loan_cancelled": {
		"en": "the loaner {item} that was booked for you {due} is not to be had any more. We are sorry; please call us, and we look for another together.",
		"de": "das Leihgerät {item}, das {due} für Sie vorgesehen war, ist nicht mehr zu haben. Das tut uns leid; bitte rufen Sie uns an, wir suchen gemeinsam ein anderes.",
		"fr": "l'appareil de prêt {item} qui vous était réservé {due} n'est plus disponible. Nous en sommes désolés ; appelez-nous, nous en chercherons un autre ensemble.",
		"es": "el equipo de préstamo {item} que tenía reservado {due} ya no está disponible. Lo sentimos; llámenos y buscaremos otro juntos.",
	},
	// received: they wrote while nobody was at the desk.
	"received": {
		"en": "we have your request. Nobody is here right now; we look at it {due}.",
		"de": "Ihr Anliegen ist bei uns eingegangen. Im Augenblick ist niemand da; wir sehen es uns {due} an.",
		"fr": "nous avons bien reçu votre demande. Personne n'est présent en ce moment ; nous l'examinerons {due}.",
		"es": "hemos recibido su solicitud. Ahora mismo no hay nadie; la atenderemos {due}.",
	},
	// link: asked for at the desk. The address stands below.
	"link": {
		"en": "here is a page about your request: see when we come, and choose another time if you need to.",
		"de": "hier ist eine Seite zu Ihrem Anliegen: sehen Sie, wann wir kommen, und wählen Sie bei Bedarf eine andere Zeit.",
		"fr": "voici une page sur votre demande : voyez quand nous venons, et choisissez une autre heure si besoin.",
		"es": "aquí tiene una página sobre su solicitud: vea cuándo vamos y elija otra hora si lo necesita.",
	},
	"survey": {
		"en": "how was our visit? Tell us with two marks: how we treated you, and what came of it.",
		"de": "wie war unser Besuch? Sagen Sie es uns mit zwei Noten: wie wir mit Ihnen umgegangen sind und was dabei herauskam.",
		"fr": "comment s'est passée notre visite ? Dites-le-nous par deux notes : comment nous vous avons traité, et le résultat.",
		"es": "¿qué tal nuestra visita? Díganoslo con dos notas: cómo le tratamos y qué se consiguió.",
	},
	// page stands before the address of the customer's own page.
	"page": {
		"en": "Your page: ",
		"de": "Ihre Seite: ",
		"fr": "Votre page : ",
		"es": "Su página: ",
	},
	// news is said of every kind that has no words of its own.
	"news": {
		"en": "there is news about your request; your support team tells you more.",
		"de": "es gibt Neues zu Ihrem Anliegen; Ihr Support sagt Ihnen mehr.",
		"fr": "il y a du nouveau concernant votre demande ; votre assistance vous en dira plus.",
		"es": "hay novedades sobre su solicitud; su servicio de asistencia le informará.",
	},
	// instead is added to another phrase.
	"instead": {
		"en": " {technician} will come to you instead.",
		"de": " Statt wie angekündigt kommt {technician} zu Ihnen.",
		"fr": " C'est {technician} qui passera vous voir.",
		"es": " Le visitará {technician}.",
	},
	// subject stands above mail.
	"subject": {
		"en": "News from field support",
		"de": "Nachricht vom Vor-Ort-Service",
		"fr": "Nouvelles de l'assistance sur site",
		"es": "Noticias del servicio in situ",
	},
}

// calendar says days and windows in a language.
type calendar struct {
	today, tomorrow string
	weekdays        [7]string // from Sunday
	months          [12]string
	day             string // {weekday}, {number}, {month}
	window          string // {day}, {from}, {until}
	instant         string // {day}, {from}
}

var calendars = map[string]calendar{
	"en": {"today", "tomorrow",
		[7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		[12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		"on {weekday}, {number} {month},", "{day} between {from} and {until}", "{day} at {from}"},
	"de": {"heute", "morgen",
		[7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
		[12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
		"am {weekday}, {number}. {month},", "{day} zwischen {from} und {until} Uhr", "{day} um {from} Uhr"},
	"fr": {"aujourd'hui", "demain",
		[7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
		[12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
		"le {weekday} {number} {month}", "{day} entre {from} et {until}", "{day} à {from}"},
	"es": {"hoy", "mañana",
		[7]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
		[12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
		"el {weekday} {number} de {month}", "{day} entre las {from} y las {until}", "{day} a las {from}"},
}

// LanguageOf gives the language in which somebody is written to, for a BCP 47 tag
// such as "de-CH".
func LanguageOf(tag string) string {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if _, known := calendars[base]; known {
		return base
	}
	return languages[0]
}

// WindowIn says a window in a language, in the site's own time.
func WindowIn(language string, start, end, now time.Time, zone *time.Location) string {
	return timeIn(calendars[LanguageOf(language)].window, language, start, end, now, zone)
}

// InstantIn says an instant in a language, in the site's own time.
func InstantIn(language string, at, now time.Time, zone *time.Location) string {
	return timeIn(calendars[LanguageOf(language)].instant, language, at, at, now, zone)
}

func timeIn(phrase, language string, start, end, now time.Time, zone *time.Location) string {
	c := calendars[LanguageOf(language)]
	from := start.In(zone)
	day := strings.NewReplacer("{weekday}", c.weekdays[from.Weekday()], "{number}", fmt.Sprint(from.Day()), "{month}", c.months[from.Month()-1]).Replace(c.day)
	switch DateOf(start, zone) {
	case DateOf(now, zone):
		day = c.today
	case DateOf(now, zone).Add(1):
		day = c.tomorrow
	}
	return strings.NewReplacer("{day}", day, "{from}", ClockWords(start, zone), "{until}", ClockWords(end, zone)).Replace(phrase)
}

// Tell makes a notice of a kind in the person's language: their name first, the
// ticket's number last. Nobody gets an empty letter: a kind without words of its
// own says that there is news.
func Tell(p Person, ticket *Ticket, promise *ids.ID, kind string, told Told, now time.Time) Notice {
	set, known := phrases[kind]
	if !known {
		set = phrases["news"]
	}
	language := LanguageOf(p.Language)
	text := set[language]
	if told.Instead {
		text += phrases["instead"][language]
	}
	window, due := "", ""
	if told.Zone != nil {
		window, due = WindowIn(language, told.Start, told.End, now, told.Zone), InstantIn(language, told.End, now, told.Zone)
	}
	// One pass: what a part says is not looked into again.
	body := strings.NewReplacer("{technician}", told.Technician, "{window}", window, "{cause}", told.Cause,
		"{item}", told.Item, "{place}", told.Place, "{due}", due).Replace(text)
	return NoticeFor(p, ticket, promise, kind, body, now)
}

// Subject is what stands above a letter, in the person's language.
func Subject(language string) string { return phrases["subject"][LanguageOf(language)] }

// LinkLine is what stands below a letter that carries a customer's link: the address
// of their page with the key behind "#", where no server that it passes sees it.
func LinkLine(language, page, key string) string {
	return "\n" + phrases["page"][LanguageOf(language)] + page + "#" + key
}
