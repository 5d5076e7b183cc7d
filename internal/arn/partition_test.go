package arn

import "testing"

func TestPartitionOf(t *testing.T) {
	tests := map[string]string{
		"us-east-1": "aws", "eu-central-2": "aws", "ap-southeast-7": "aws", "il-central-1": "aws", "mx-central-1": "aws", "aws-global": "aws",
		"cn-north-1": "aws-cn", "cn-northwest-1": "aws-cn", "aws-cn-global": "aws-cn",
		"us-gov-west-1": "aws-us-gov", "us-gov-east-1": "aws-us-gov",
		"us-iso-east-1": "aws-iso", "us-isob-east-1": "aws-iso-b", "eu-isoe-west-1": "aws-iso-e", "us-isof-south-1": "aws-iso-f",
		"eusc-de-east-1": "aws-eusc",
		"":               "", "us": "", "us-east": "", "us-east-": "", "us-east-1a": "", "us-east-x": "", "xx-east-1": "", "us-EAST-1": "", "us--1": "", "*": "",
	}
	for region, want := range tests {
		if got, ok := PartitionOf(region); got != want || ok != (want != "") {
			t.Errorf("PartitionOf(%q) = %q, %v, want %q", region, got, ok, want)
		}
	}
}

func TestPartitionsAreTheCallers(t *testing.T) {
	Partitions()[0].ID = "changed"
	if got := Partitions()[0].ID; got != "aws" {
		t.Errorf("a caller changed the partition aws to %q", got)
	}
	seen := map[string]bool{}
	for _, p := range Partitions() {
		if p.ID == "" || p.DNSSuffix == "" || len(p.RegionPrefixes) == 0 || seen[p.ID] {
			t.Errorf("partition %+v is incomplete or there twice", p)
		}
		seen[p.ID] = true
	}
}
