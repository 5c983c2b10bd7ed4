using System.Globalization;
using TransferLearning.Tests.FeatureStorage;

// Test runners load this assembly and never come here; StoreProcess does.
var user = new StoreUser(args[0], int.Parse(args[1], CultureInfo.InvariantCulture));
foreach (string complaint in user.Use())
    Console.WriteLine(complaint);
