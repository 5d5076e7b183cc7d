package buttons

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/cfn"
)

// How an answer is put: CloudFormation takes at most 4,096 bytes of it, of which the ids may need half; it is tried that often, with a pause that doubles, and all tries together
// end before the function does.
//
// Source: AWS CloudFormation user guide, "Custom resource request and response reference" (size of the response body).
const (
	maxReason = 1800
	tries     = 4
	pause     = time.Second
	answering = 12 * time.Second
)

// answer puts an answer where CloudFormation looks for it. The address is a secret: whoever has it can answer.
func (p *Provider) answer(ctx context.Context, to string, r cfn.Response) error {
	r.Reason = cut(r.Reason, maxReason)
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answering)
	defer cancel()
	for i := range tries {
		if i > 0 {
			p.Wait(ctx, pause<<(i-1))
		}
		if err = p.send(ctx, to, body); err == nil {
			return nil
		}
	}
	return fmt.Errorf("answer CloudFormation: %w", err)
}

// send puts an answer once. The address is pre-signed for no content type; a redirect is for nobody else to give.
func (p *Provider) send(ctx context.Context, to string, body []byte) error {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "https" {
		return errors.New("the address to answer to is no URL of https")
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, to, bytes.NewReader(body))
	if err != nil {
		return errors.New("the address to answer to cannot be used")
	}
	got, err := p.Client.Do(request)
	if err != nil {
		var about *url.Error // names the address
		if errors.As(err, &about) {
			err = about.Err
		}
		return err
	}
	defer got.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(got.Body, 1<<16)); err != nil {
		return err
	}
	if got.StatusCode != http.StatusOK {
		return fmt.Errorf("the answer was taken with the status %d", got.StatusCode)
	}
	return nil
}

// cut shortens a text to so many bytes, between two characters, and says so.
func cut(s string, most int) string {
	const cutOff = " (cut)"
	if len(s) <= most {
		return s
	}
	s = s[:most-len(cutOff)]
	for len(s) > 0 {
		if r, size := utf8.DecodeLastRuneInString(s); r != utf8.RuneError || size > 1 {
			break
		}
		s = s[:len(s)-1]
	}
	return s + cutOff
}
