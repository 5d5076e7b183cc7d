package notify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// body is what SNS takes with MessageStructure "json": a text a protocol. Queues, functions, web hooks and streams take the default.
//
// Source: SNS API reference, Publish, MessageStructure.
type body struct {
	Default string `json:"default"`
	Email   string `json:"email"`
	SMS     string `json:"sms,omitempty"`
}

// Body is the document to publish with MessageStructure "json". It is an error if it is larger than SNS takes, which no rendered message is.
func (m Message) Body() (string, error) {
	text, err := encode(body{Default: m.JSON, Email: m.Email, SMS: m.Default})
	if err != nil {
		return "", fmt.Errorf("encode the message of %s: %w", m.ID, err)
	}
	if n := m.size(text); n > maxMessage {
		return "", fmt.Errorf("encode the message of %s: %d bytes, SNS takes %d", m.ID, n, maxMessage)
	}
	return text, nil
}

// nonCharacters may stand in JSON, but a queue behind the topic refuses them; escaped they pass.
//
// Source: SQS API reference, SendMessage, MessageBody (the W3C characters of XML).
var nonCharacters = strings.NewReplacer("\ufffe", `\ufffe`, "\uffff", `\uffff`)

// encode gives v as JSON in one line, "<", ">" and "&" as they are: nobody shows it as HTML, and each would take six bytes, twelve in the body.
func encode(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return nonCharacters.Replace(strings.TrimSuffix(b.String(), "\n")), nil
}
