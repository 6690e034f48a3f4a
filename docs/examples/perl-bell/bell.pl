#!/usr/bin/perl
# A driver in another language: a bell that calls the attendant, on a device file. Setting: bell.
# In kiosk.toml:  [devices.bell]
#                 command = ["/usr/local/lib/bell.pl"]
#                 settings = { bell = "/dev/ttyS3" }

use strict;
use warnings;
use JSON::PP;

$| = 1;
my $json = JSON::PP->new->utf8->canonical;
my $path;
my $configured = 0;

while (my $line = <STDIN>) {
    my $request = $json->decode($line);
    next if $request->{method} eq 'cancel';    # nothing here waits
    my ($result, $code) = answer($request);
    my $reply = { id => $request->{id} };
    if ($code) { $reply->{error} = { code => $code } }
    else       { $reply->{result} = $result }
    print $json->encode($reply), "\n";
}

sub answer {
    my ($request) = @_;
    my $method = $request->{method};
    if ($method eq 'configure') {
        $path = $request->{params}{settings}{bell} // '';
        $configured = 1;
        return { contract => 1, version => '0.1', devices => [ { name => 'bell', kind => 'bell', methods => ['ring'] } ] };
    }
    return (undef, 'device.not-configured') unless $configured;
    my $device = $request->{device} // '';
    return (undef, 'device.no-such-device') unless $device eq '' || $device eq 'bell';
    if ($method eq 'status') {
        return { status => { state => 'online' } } if -w $path;
        return { status => { state => 'absent', code => 'bell.absent', action => 'technician' } };
    }
    if ($method eq 'self_test') {
        return { findings => [ -w $path ? { detail => 'the bell can be written to' } : { code => 'bell.absent' } ] };
    }
    if ($method eq 'ring') {
        return (undef, 'device.bad-params') if exists $request->{params}{wait_ms};
        open(my $bell, '>>', $path) or return (undef, 'bell.absent');
        print $bell "\a";
        close($bell);
        return {};
    }
    return (undef, 'device.no-such-method');
}
