package emulator

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
)

var ec2Answers = []answer{
	{service: "ec2", operation: "ModifyInstanceMetadataOptions", serve: keepMetadataOptions},
}

// keepMetadataOptions takes the place of what the emulator lacks: metadata options that are not given stay as they are. The emulator forgets them.
//
// Source: Amazon EC2 API reference, ModifyInstanceMetadataOptions.
func keepMetadataOptions(f *Front, w http.ResponseWriter, r *http.Request) {
	form := formOf(r)
	described := f.ask(r, url.Values{"Action": {"DescribeInstances"}, "Version": form["Version"], "InstanceId.1": form["InstanceId"]})
	var answer struct {
		Options struct {
			Each []struct {
				XMLName xml.Name
				Value   string `xml:",chardata"`
			} `xml:",any"`
		} `xml:"reservationSet>item>instancesSet>item>metadataOptions"`
	}
	if xml.Unmarshal(described, &answer) == nil {
		for _, option := range answer.Options.Each {
			if name := strings.ToUpper(option.XMLName.Local[:1]) + option.XMLName.Local[1:]; !form.Has(name) {
				form.Set(name, option.Value)
			}
		}
	}
	f.passOn(w, r, []byte(form.Encode()))
}
