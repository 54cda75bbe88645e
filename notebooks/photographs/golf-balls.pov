// Golf balls on mown grass, a late summer afternoon. README.md beside this file says how it is rendered.
// Lengths are in ball diameters; x is to the right, y up, z away from the camera.
#version 3.7;
global_settings {
  assumed_gamma 1.0
  max_trace_level 4
}

#declare Chance = seed(4);
#macro Between(Lower, Upper) (Lower + (Upper - Lower) * rand(Chance)) #end

camera {
  location <0.25, 1.15, -4.6>
  look_at <0.3, 0.52, 0>
  angle 40
  right x * image_width / image_height
  aperture 0.2 focal_point <-0.25, 0.5, -0.45> blur_samples 32 confidence 0.9 variance 1/600
}

// Sun from the upper left, behind the camera, with soft shadows.
light_source {
  <-60, 62, -48> color rgb <1.0, 0.90, 0.74> * 1.75
  area_light <5, 0, 0>, <0, 5, 0>, 4, 4 adaptive 0 jitter circular orient
}
// The light of the sky, and what the grass throws back.
light_source { <30, 90, -20> color rgb <0.55, 0.68, 0.90> * 0.34 shadowless }
light_source { <10, -60, -40> color rgb <0.42, 0.52, 0.20> * 0.30 shadowless }

sky_sphere {
  pigment {
    gradient y
    color_map {
      [0.00 color rgb <0.80, 0.86, 0.92>]
      [0.12 color rgb <0.55, 0.71, 0.90>]
      [0.50 color rgb <0.20, 0.42, 0.76>]
    }
  }
  pigment {
    wrinkles turbulence 0.5 lambda 2.2 omega 0.55
    color_map {
      [0.00 color rgbt <1, 1, 1, 0.15>]
      [0.35 color rgbt <1, 1, 1, 0.65>]
      [0.60 color rgbt <1, 1, 1, 1>]
    }
    scale <0.5, 0.14, 0.4> rotate 20 * y
  }
}

// A ball: a sphere less 312 dimples, spread evenly by the golden angle.
#declare Dimples = 312;
#declare Ball = difference {
  sphere { 0, 0.5 }
  union {
    #local Index = 0;
    #while (Index < Dimples)
      #local Height = 1 - 2 * (Index + 0.5) / Dimples;
      #local Around = Index * pi * (3 - sqrt(5));
      #local Side = sqrt(1 - Height * Height);
      sphere { <Side * cos(Around), Height, Side * sin(Around)> * 0.545, 0.066 }
      #local Index = Index + 1;
    #end
  }
  texture {
    pigment { color rgb <0.90, 0.90, 0.87> }
    finish { ambient 0 diffuse 0.72 specular 0.35 roughness 0.02 reflection { 0.01, 0.10 fresnel on } conserve_energy }
  }
  interior { ior 1.5 }
}

// Blades of grass in tufts. Each tuft is one mesh, so that thousands cost the memory of twelve.
#macro Blade(Foot, Lean, Length, Width)
  #local Across = vnormalize(<Lean.z, 0, -Lean.x> + <0.001, 0, 0>) * Width / 2;
  #local Segment = 0;
  #while (Segment < 3)
    #local From = Segment / 3;
    #local To = (Segment + 1) / 3;
    #local Low = Foot + Lean * From * From + y * Length * From;
    #local High = Foot + Lean * To * To + y * Length * To;
    triangle { Low - Across * (1 - From), Low + Across * (1 - From), High + Across * (1 - To) }
    #if (Segment < 2)
      triangle { Low - Across * (1 - From), High + Across * (1 - To), High - Across * (1 - To) }
    #end
    #local Segment = Segment + 1;
  #end
#end

#declare Tufts = 12;
#declare Tuft = array[Tufts];
#declare Number = 0;
#while (Number < Tufts)
  #declare Dryness = Between(0, 1) * Between(0.2, 1);
  #declare Tuft[Number] = mesh {
    #local Count = 0;
    #while (Count < 26)
      #local Foot = <Between(-0.13, 0.13), -0.02, Between(-0.13, 0.13)>;
      #local Angle = Between(0, 2 * pi);
      #local Bend = Between(0.02, 0.16);
      Blade(Foot, <cos(Angle), 0, sin(Angle)> * Bend, Between(0.12, 0.34), Between(0.016, 0.032))
      #local Count = Count + 1;
    #end
    texture {
      pigment { color rgb <0.10, 0.23, 0.035> * (1 - Dryness) + <0.34, 0.36, 0.09> * Dryness }
      finish { ambient 0 diffuse 0.75, 0.25 specular 0.12 roughness 0.06 }
    }
  }
  #declare Number = Number + 1;
#end

plane {
  y, 0
  texture {
    pigment { bozo color_map { [0 color rgb <0.05, 0.09, 0.02>] [1 color rgb <0.10, 0.16, 0.04>] } scale 0.2 }
    finish { ambient 0 diffuse 0.6 }
  }
}

#declare Depth = -3.2;
#while (Depth < 26)
  #local Step = 0.085 + 0.010 * max(0, Depth);
  #local Half = 2.6 + 0.45 * (Depth + 4.6);
  #local Place = -Half;
  #while (Place < Half)
    object {
      Tuft[int(Between(0, Tufts - 0.001))]
      rotate y * Between(0, 360)
      scale <1, Between(0.7, 1.15), 1> * (1 + 0.02 * max(0, Depth))
      translate <Place + Between(-0.06, 0.06), 0, Depth + Between(-0.06, 0.06)>
    }
    #local Place = Place + Step * 1.5;
  #end
  #declare Depth = Depth + Step;
#end

object { Ball rotate <20, 35, 10> translate <-0.25, 0.50, -0.45> }
object { Ball rotate <70, 10, 50> translate <1.30, 0.50, 1.60> }
object { Ball rotate <10, 80, 25> translate <-1.75, 0.50, 3.60> }

// Trees along the far side.
#declare Index = 0;
#while (Index < 46)
  sphere {
    0, 1
    scale <Between(2.2, 4.6), Between(2.2, 4.4), 2.5>
    translate <-52 + Index * 2.3 + Between(-1, 1), Between(0.6, 2.0), 52 + Between(-4, 4)>
    texture {
      pigment {
        bozo color_map { [0.2 color rgb <0.03, 0.075, 0.02>] [0.7 color rgb <0.10, 0.19, 0.05>] } scale 0.5
      }
      normal { bumps 0.9 scale 0.5 }
      finish { ambient 0 diffuse 0.8 }
    }
  }
  #declare Index = Index + 1;
#end
