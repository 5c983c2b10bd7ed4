namespace TransferLearning.Published.Downloads;

/// <summary>Which addresses weights are fetched from.</summary>
internal static class WeightsAddress
{
    /// <summary>Whether nobody on the way can read or change what an address sends: https, or this machine.</summary>
    public static bool IsSafe(Uri address) =>
        address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    /// <summary>Whether files have addresses below this one: it is safe, and ends in a path.</summary>
    public static bool IsBase(Uri address) => IsSafe(address) && (address.UserInfo + address.Query + address.Fragment).Length == 0;

    /// <summary>Whether a server may send a request on: never from https to http.</summary>
    public static bool MayLeadTo(Uri from, Uri to) => IsSafe(to) && (to.Scheme == Uri.UriSchemeHttps || from.Scheme == Uri.UriSchemeHttp);

    /// <summary>Whether one server answers at both addresses, so that it may be told the same secrets.</summary>
    public static bool IsOnSameServer(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>An address as errors and logs show it: without user, password, query and fragment, which may be secrets.</summary>
    public static string Shown(Uri address) => address.IsAbsoluteUri && address.Scheme.StartsWith(Uri.UriSchemeHttp, StringComparison.Ordinal)
        ? address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
        : Uri.UnescapeDataString(address.OriginalString).Split('@')[^1].Split('?', '#')[0];

    /// <summary>The name that an address ends in.</summary>
    /// <exception cref="ArgumentException">The address is not of https, or names no file.</exception>
    public static string FileName(Uri address)
    {
        if (!IsSafe(address))
            throw new ArgumentException($"The address '{Shown(address)}' is not of https; weights are fetched over no other way.", nameof(address));

        string name = Uri.UnescapeDataString(address.Segments[^1]);
        return name == Path.GetFileName(name) && name.Trim('.').Length > 0
            ? name
            : throw new ArgumentException($"The address '{Shown(address)}' does not end in a file's name.", nameof(address));
    }

    /// <summary>The mirror's address with the published file's name; without a mirror, the published address.</summary>
    public static Uri OnMirror(Uri published, Uri? mirror) => mirror is null
        ? published
        : new Uri(mirror.AbsoluteUri.TrimEnd('/') + "/" + published.Segments[^1]);
}
