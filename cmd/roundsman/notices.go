package main

import (
	"net"
	"net/netip"
	"strings"

	"roundsman/dispatch"
	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/internal/notify"
	"roundsman/internal/outbound"
	"roundsman/internal/webhook"
)

// noticeFlags say how notices get to people. Without any, a demo keeps them in
// its outbox, and a real server hands each to the ticket's owner.
type noticeFlags struct {
	SMTPHost      string   `help:"Mail server that notices go to." env:"ROUNDSMAN_SMTP_HOST" placeholder:"HOST"`
	SMTPPort      int      `help:"Port of the mail server." env:"ROUNDSMAN_SMTP_PORT" default:"587"`
	SMTPSecurity  string   `help:"starttls, tls (from the first byte) or none (a relay on this machine)." env:"ROUNDSMAN_SMTP_SECURITY" enum:"starttls,tls,none" default:"starttls"`
	SMTPUser      string   `help:"Sign-in at the mail server." env:"ROUNDSMAN_SMTP_USER" placeholder:"NAME"`
	SMTPPassword  string   `help:"Its password. Better given by the environment, where nobody lists it." env:"ROUNDSMAN_SMTP_PASSWORD" placeholder:"WORD"`
	MailFrom      string   `help:"Sender of mail, such as: Field support <support@example.com>." env:"ROUNDSMAN_MAIL_FROM" placeholder:"ADDRESS"`
	SMSURL        string   `name:"sms-url" help:"SMS or chat gateway: texts are posted there, signed as Standard Webhooks." env:"ROUNDSMAN_SMS_URL" placeholder:"URL"`
	SMSSecrets    []string `name:"sms-secrets" help:"Secrets that sign for the gateway (whsec_…); two while they are exchanged." env:"ROUNDSMAN_SMS_SECRETS" placeholder:"SECRET"`
	PublicURL     string   `name:"public-url" help:"Address of this server as customers reach it, such as https://support.example.com: their messages carry a link. A demo uses its own." env:"ROUNDSMAN_PUBLIC_URL" placeholder:"URL"`
	OutboundAllow []string `help:"Networks of your own that webhooks may go to, such as 10.1.2.0/24. Public addresses always may." env:"ROUNDSMAN_OUTBOUND_ALLOW" placeholder:"CIDR"`
}

// guard reads which addresses may be dialled. Code: "flag_wrong".
func (f noticeFlags) guard() (outbound.Guard, error) {
	var allowed []netip.Prefix
	for _, text := range f.OutboundAllow {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return outbound.Guard{}, fault.New(fault.Invalid, "flag_wrong", "--outbound-allow: %s is not a network such as 10.1.2.0/24", text)
		}
		allowed = append(allowed, p)
	}
	return outbound.NewGuard(allowed), nil
}

// couriers makes one for each channel that is set up. Code: "flag_wrong".
func (c *serveCmd) couriers() (map[string]dispatch.Courier, error) {
	out := map[string]dispatch.Courier{}
	if c.Demo {
		out["sms"], out["mail"] = notify.Outbox{}, notify.Outbox{}
	}
	if c.SMTPHost != "" {
		m, err := notify.NewMail(notify.MailConfig{Host: c.SMTPHost, Port: c.SMTPPort, Security: notify.Security(c.SMTPSecurity),
			User: c.SMTPUser, Password: c.SMTPPassword, From: c.MailFrom, Machine: clock.System{}})
		if err != nil {
			return nil, fault.New(fault.Invalid, "flag_wrong", "mail can't be sent with these flags: %v", err)
		}
		out["mail"] = m
	}
	if c.SMSURL == "" {
		return out, nil
	}
	if err := outbound.CheckURL(c.SMSURL, len(c.OutboundAllow) > 0); err != nil {
		return nil, fault.New(fault.Invalid, "flag_wrong", "--sms-url %v", err)
	}
	guard, err := c.guard()
	if err != nil {
		return nil, err
	}
	gateway := &notify.Gateway{URL: c.SMSURL, Client: outbound.New(guard), Machine: clock.System{}}
	for _, text := range c.SMSSecrets {
		secret := webhook.Secret(strings.TrimSpace(text))
		if err := secret.Check(); err != nil {
			return nil, fault.New(fault.Invalid, "flag_wrong", "--sms-secrets: %v", err)
		}
		gateway.Secrets = append(gateway.Secrets, secret)
	}
	if len(gateway.Secrets) == 0 {
		return nil, fault.New(fault.Invalid, "flag_wrong", "--sms-secrets: a gateway wants at least one secret to know us by")
	}
	out["sms"] = gateway
	return out, nil
}

// customerPage is the address of the customers' page; "" where nobody can reach it.
func (c *serveCmd) customerPage(at net.Addr) string {
	switch {
	case c.PublicURL != "":
		return strings.TrimRight(c.PublicURL, "/") + "/c"
	case c.Demo:
		return "http://" + at.String() + "/c"
	}
	return ""
}
