package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// tolerance is how old a signature may be: Stripe's own libraries take 5 minutes.
const tolerance = 5 * time.Minute

var errSignature = errors.New("bad signature")

// verify checks the header Stripe-Signature, "t=TIME,v1=HEX[,v1=HEX]", as
// docs.stripe.com/webhooks describes it: v1 is the HMAC with SHA-256 of the time,
// a dot and the body. Schemes other than v1 are ignored.
func verify(header string, body []byte, secret string, now time.Time) error {
	var at string
	var macs [][]byte
	for part := range strings.SplitSeq(header, ",") {
		switch key, value, _ := strings.Cut(strings.TrimSpace(part), "="); key {
		case "t":
			at = value
		case "v1":
			if mac, err := hex.DecodeString(value); err == nil {
				macs = append(macs, mac)
			}
		}
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || len(macs) == 0 {
		return fmt.Errorf("%w: want t=TIME,v1=HEX", errSignature)
	}
	want := sign(at, body, secret)
	for _, mac := range macs {
		if !hmac.Equal(mac, want) {
			continue
		}
		if age := now.Sub(time.Unix(seconds, 0)); age > tolerance || age < -tolerance {
			return fmt.Errorf("%w: of another time, %s off; the limit is %s", errSignature, age.Round(time.Second), tolerance)
		}
		return nil
	}
	return fmt.Errorf("%w: not of this body and secret", errSignature)
}

func sign(at string, body []byte, secret string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(at + "."))
	mac.Write(body)
	return mac.Sum(nil)
}

// header is what Stripe would send.
func header(body []byte, secret string, at time.Time) string {
	t := strconv.FormatInt(at.Unix(), 10)
	return "t=" + t + ",v1=" + hex.EncodeToString(sign(t, body, secret))
}
