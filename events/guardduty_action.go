package events

import (
	"cmp"
	"encoding/json"
	"strconv"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// A guardDutyAction is what somebody did: exactly one of its members is set, or none.
//
// Source: GuardDuty API reference, Action.
type guardDutyAction struct {
	API struct {
		Remote   remoteAddress     `json:"remoteIpDetails"`
		Affected map[string]string `json:"affectedResources"` // an id or ARN by CloudFormation type
	} `json:"awsApiCallAction"`
	Network struct {
		Remote    remoteAddress `json:"remoteIpDetails"`
		Local     remoteAddress `json:"localIpDetails"`
		Port      localPort     `json:"localPortDetails"`
		Interface string        `json:"localNetworkInterface"`
	} `json:"networkConnectionAction"`
	Probe struct {
		Details []struct {
			Remote remoteAddress `json:"remoteIpDetails"`
			Local  remoteAddress `json:"localIpDetails"`
			Port   localPort     `json:"localPortDetails"`
		} `json:"portProbeDetails"`
	} `json:"portProbeAction"`
	Kubernetes struct {
		Remote remoteAddress `json:"remoteIpDetails"`
	} `json:"kubernetesApiCallAction"`
	Login struct {
		Remote remoteAddress `json:"remoteIpDetails"`
	} `json:"rdsLoginAttemptAction"`
}

type remoteAddress struct {
	V4 string `json:"ipAddressV4"`
	V6 string `json:"ipAddressV6"`
}

func (r remoteAddress) String() string { return cmp.Or(r.V4, r.V6) }

type localPort struct {
	Port json.Number `json:"port"`
}

// String is the port as digits; "" for what is none.
func (p localPort) String() string {
	port, err := p.Port.Float64()
	if err != nil || port < 1 || port > 65535 {
		return ""
	}
	return strconv.Itoa(int(port))
}

// address is the remote address. Of several that probed, the first.
func (a guardDutyAction) address() string {
	for _, remote := range []remoteAddress{a.Network.Remote, a.API.Remote, a.Kubernetes.Remote, a.Login.Remote} {
		if s := remote.String(); s != "" {
			return s
		}
	}
	for _, probe := range a.Probe.Details {
		if s := probe.Remote.String(); s != "" {
			return s
		}
	}
	return ""
}

// port is the port of ours that was connected to; of several that were probed, the first.
func (a guardDutyAction) port() string {
	if s := a.Network.Port.String(); s != "" {
		return s
	}
	for _, probe := range a.Probe.Details {
		if s := probe.Port.String(); s != "" {
			return s
		}
	}
	return ""
}

// local is our address in the connection.
func (a guardDutyAction) local() string {
	if s := a.Network.Local.String(); s != "" || len(a.Probe.Details) == 0 {
		return s
	}
	return a.Probe.Details[0].Local.String()
}

// subject is what the finding names beside its resources.
func (d guardDutyFinding) subject() finding.Subject {
	key := d.Resource.AccessKey
	return told(finding.Subject{
		"finding": d.ID, "detector": d.Service.Detector, "address": d.Service.Action.address(), "port": d.Service.Action.port(),
		"interface": cmp.Or(d.Service.Action.Network.Interface, d.Resource.Instance.interfaceOf(d.Service.Action.local())),
		"key":       key.Key, "principal": key.Principal, "user-type": key.UserType,
		"function": d.Resource.Function.Name, "version": d.Resource.Function.Version,
	})
}

// told is the subject without what is empty.
func told(s finding.Subject) finding.Subject {
	for name, value := range s {
		if value == "" {
			delete(s, name)
		}
	}
	return s
}
